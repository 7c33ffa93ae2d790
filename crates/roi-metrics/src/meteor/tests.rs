//! The protocol, spoken with a script in METEOR's place.

use super::{Meteor, MeteorScores};
use crate::{Captions, MetricsError, Scores};

fn captions(text: &str) -> Captions {
    Captions::from_json(text).unwrap()
}

#[test]
fn a_jar_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let jar = folder.path().join("meteor-1.5.jar");
    let one = captions(r#"{"a": ["x"]}"#);
    for error in [
        Meteor::new(&jar).score(&one, &one).unwrap_err(),
        Meteor::new(&jar).check().unwrap_err(),
    ] {
        assert!(matches!(error, MetricsError::MeteorJar { path, .. } if path == jar));
    }
}

#[test]
fn a_java_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let jar = folder.path().join("meteor-1.5.jar");
    std::fs::write(&jar, "").unwrap();
    let java = folder.path().join("no-java");
    let one = captions(r#"{"a": ["x"]}"#);
    let error = Meteor::with_java(&java, &jar)
        .score(&one, &one)
        .unwrap_err();
    assert!(matches!(error, MetricsError::Java { path, .. } if path == java));
}

#[test]
fn scores_are_entered_item_by_item() {
    let two = captions(r#"{"a": ["x"], "b": ["y"]}"#);
    let meteor = MeteorScores {
        total: 0.5,
        items: vec![0.25, 0.75],
    };
    let scores = Scores::of(&two, &two).unwrap().with_meteor(&meteor);
    assert_eq!(scores.meteor, Some(0.5));
    assert_eq!(scores.items[1].meteor, Some(0.75));
}

#[cfg(not(unix))]
#[test]
fn the_protocol_needs_a_shell() {
    eprintln!("SKIP: METEOR's protocol is tested with a shell script");
}

#[cfg(unix)]
mod with_a_script {
    use std::path::Path;

    use super::*;

    /// Runs a shell script as the jar; what it writes to `requests` comes back.
    ///
    /// The stand-in for Java is a file of the tree. One written here could be refused as busy
    /// while another test's process is being started.
    fn run(script: &str) -> (Result<MeteorScores, MetricsError>, String) {
        let folder = tempfile::tempdir().unwrap();
        let jar = folder.path().join("meteor-1.5.jar");
        std::fs::write(&jar, script).unwrap();
        let java = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake/java");
        let references = captions(r#"{"b": ["A cat.", "the cat"], "a": ["a ||| dog"]}"#);
        let hypotheses = captions(r#"{"a": [""], "b": ["It's a cat"]}"#);
        let scores = Meteor::with_java(&java, &jar).score(&references, &hypotheses);
        let requests = std::fs::read_to_string(folder.path().join("requests"));
        (scores, requests.unwrap_or_default())
    }

    const FAKE: &str = r#"
echo "$@" > requests
n=0
while IFS= read -r line; do
    printf '%s\n' "$line" >> requests
    case "$line" in
        SCORE*) n=$((n + 1)); echo "$n.0 2.0 ";;
        EVAL*) echo 0.25; echo 0.5; echo 0.375;;
    esac
done
"#;

    #[test]
    fn items_are_asked_for_in_order_and_then_evaluated_together() {
        let (scores, requests) = run(FAKE);
        assert_eq!(
            scores.unwrap(),
            MeteorScores {
                total: 0.375,
                items: vec![0.25, 0.5]
            }
        );
        let lines: Vec<&str> = requests.lines().collect();
        assert!(lines[0].starts_with("-jar -Xmx2G /"), "{}", lines[0]);
        assert!(lines[0].ends_with("meteor-1.5.jar - - -stdio -l en -norm"));
        assert_eq!(
            lines[1..],
            [
                "SCORE ||| a cat ||| the cat ||| it 's a cat",
                "SCORE ||| a | | | dog ||| ",
                "EVAL ||| 1.0 2.0 ||| 2.0 2.0"
            ]
        );
    }

    #[test]
    fn an_early_end_tells_what_the_program_said() {
        let (scores, _) = run("read -r line; echo 1.0; echo 'out of memory' >&2; exit 3");
        match scores.unwrap_err() {
            MetricsError::MeteorEnded {
                status,
                n_answers: 1,
                message,
            } => {
                assert_eq!(status.code(), Some(3));
                assert_eq!(message, "out of memory");
            }
            other => panic!("{other}"),
        }
    }

    #[test]
    fn an_answer_that_is_no_score_is_refused() {
        let (scores, _) = run("while read -r line; do echo Error; done");
        assert!(matches!(
            scores.unwrap_err(),
            MetricsError::MeteorAnswer { answer } if answer == "Error"
        ));
        let (scores, _) = run("while read -r line; do echo NaN; done");
        assert!(matches!(
            scores.unwrap_err(),
            MetricsError::MeteorAnswer { answer } if answer == "NaN"
        ));
    }
}
