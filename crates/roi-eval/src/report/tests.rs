//! Reports whose words come from files and models that mean no good.

use std::path::Path;

use roi_metrics::Confusion;
use serde_json::json;

use super::{confusion, escape, sheet};
use crate::run::{ReportOptions, Settings, evaluate};
use crate::testing::{Fake, SetFolder};
use crate::{DESCRIBE, Question, Recognition, Visual7W};

const NASTY: &str = "<script>alert('x')</script> | a & \"b\" \u{1}\n# dog";

#[test]
fn text_is_harmless_in_every_document() {
    assert_eq!(
        escape::html("<a href=\"x\">'&\u{1}\n"),
        "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\u{fffd}\n"
    );
    assert_eq!(
        escape::markdown("a|b\n<i>`*_[x]#\\"),
        "a\\|b &lt;i&gt;\\`\\*\\_\\[x\\]\\#\\\\"
    );
}

fn nasty_report() -> (tempfile::TempDir, String, String, String) {
    let annotation = |id: u64, category: u64| json!({"id": id, "image_id": 1, "bbox": [5, 6, 9, 9], "area": 81, "category_id": category});
    let set = SetFolder::new(&["1.png"]).with_file(&json!({
        "images": [{"id": 1, "file_name": "1.png", "width": 40, "height": 30}],
        "annotations": [annotation(1, 1), annotation(2, 2)],
        "categories": [{"id": 1, "name": "cat | <b>"}, {"id": 2, "name": "dog"}]
    }));
    let benchmark = set
        .open(|source| Recognition::open(source, DESCRIBE))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = ReportOptions {
        folder: folder.path().to_owned(),
        n_on_sheet: 10,
    };
    let settings = Settings {
        model: "<img src=x>".to_owned(),
        ..Settings::default()
    };
    let mut answerer = Fake::new(|_: &Question<'_>| Ok(NASTY.to_owned()));
    evaluate(&benchmark, &mut answerer, &settings, &options, &mut |_| {}).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let documents = (read("sheet.html"), read("report.md"), read("confusion.svg"));
    (folder, documents.0, documents.1, documents.2)
}

#[test]
fn nothing_of_an_answer_or_a_class_becomes_markup() {
    let (_folder, sheet, table, picture) = nasty_report();
    for document in [&sheet, &table, &picture] {
        for markup in ["<script", "<img", "<b>\n", "| <b", "\u{1}"] {
            assert!(!document.contains(markup), "{markup} in {document}");
        }
    }
    assert!(sheet.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
    assert!(table.contains("cat \\| &lt;b&gt;"));
    assert!(picture.contains("cat | &lt;b&gt;"));
}

#[test]
fn the_sheet_holds_picture_box_question_answer_and_truth() {
    let (_folder, sheet, _, _) = nasty_report();
    let start = sheet.find("data:image/png;base64,").unwrap();
    assert!(sheet[start..].starts_with("data:image/png;base64,iVBORw0KGgo"));
    assert!(sheet.contains("<rect x=\"5\" y=\"6\" width=\"9\" height=\"9\""));
    assert!(sheet.contains("mentioned by &lt;region1&gt;</dd>"));
    assert!(sheet.contains("<dt>taken as</dt><dd>dog</dd>"));
    assert!(sheet.contains("class=\"wrong\"") && sheet.contains("class=\"right\""));
    // All in one file.
    assert!(!sheet.contains("http"), "{sheet}");
}

#[test]
fn the_sheet_shows_what_a_model_can_be_shown() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/jpeg");
    let entries = std::fs::read_dir(golden).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let jpegs: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|extension| extension == "jpg"))
        .collect();
    assert!(jpegs.len() > 10);
    for jpeg in jpegs {
        let (png, size) = sheet::picture(&jpeg).unwrap();
        assert!(png.starts_with(b"\x89PNG"));
        let (_, expected) = sheet::picture(&jpeg.with_extension("png")).unwrap();
        assert_eq!(size, expected, "{}", jpeg.display());
    }
}

#[test]
fn the_table_ends_with_this_runs_row() {
    let (_folder, _, table, _) = nasty_report();
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    assert_eq!(
        rows[0],
        "| model | accuracy | mean recall | PQ | AP | mIoU | note |"
    );
    assert!(rows[2].starts_with("| GPT4RoI-7B, Cityscapes | – | – | 34.70 | 21.93 | 36.73 |"));
    assert_eq!(
        rows[4],
        "| &lt;img src=x&gt; | **50.00** | **50.00** | – | – | – | this run, 2 of 2 answered |"
    );
    assert!(table.contains("1 of 2 right, 0 named no class"));
}

#[test]
fn few_names_stand_at_both_axes_and_many_do_not() {
    let mut few = Confusion::default();
    few.add("cup", "cup");
    few.add("cup", "glass");
    few.add("dog", "(none)");
    let svg = confusion::render(&few, "title");
    assert_eq!(svg.matches(">cup</text>").count(), 2);
    // Never true, so at one axis only.
    assert_eq!(svg.matches(">glass</text>").count(), 1);
    assert!(svg.contains("cup called glass: 1 of 2"));
    assert!(svg.contains(">1 × cup called glass</text>"));
    assert!(svg.contains("fill=\"#1f6fb2\" fill-opacity=\"0.575\""));

    let mut many = Confusion::default();
    for index in 0..160 {
        many.add(&format!("class{index}"), &format!("class{}", index / 2));
    }
    let svg = confusion::render(&many, "title");
    assert!(!svg.contains(">class7</text>"));
    assert_eq!(svg.matches("<title>").count(), 160);
    assert!(svg.contains("× class1 called class0"));
    let nothing = confusion::render(&Confusion::default(), "title");
    assert!(nothing.contains(">none</text>"));
}

#[test]
fn a_sheet_shows_wrong_answers_first_and_no_more_than_asked() {
    let questions = (0..40).map(
        |id| json!({"qa_id": id, "question": "Which?", "answer": 1, "multiple_choices": [2, 3, 4]}),
    );
    let boxes = (1..=4).map(
        |id| json!({"box_id": id, "x": id, "y": 2.0, "width": 3.0, "height": 4.0, "name": "cup"}),
    );
    let set = SetFolder::new(&["1.png"]).with_file(&json!({
        "images": [{
            "image_id": 1, "filename": "1.png", "split": "test",
            "qa_pairs": questions.collect::<Vec<_>>()
        }],
        "boxes": boxes.collect::<Vec<_>>()
    }));
    let benchmark = set.open(|source| Visual7W::open(source, "test")).unwrap();
    let cards = |n_on_sheet: usize, is_wrong: fn(usize) -> bool| {
        let folder = tempfile::tempdir().unwrap();
        let options = ReportOptions {
            folder: folder.path().to_owned(),
            n_on_sheet,
        };
        let mut n = 0;
        let mut answerer = Fake::new(|question: &Question<'_>| {
            let right = question.boxes.iter().position(|b| b.x1 == 1.0).unwrap();
            n += 1;
            let chosen = if is_wrong(n) { (right + 1) % 4 } else { right };
            Ok(format!("region{}", chosen + 1))
        });
        let settings = Settings::default();
        evaluate(&benchmark, &mut answerer, &settings, &options, &mut |_| {}).unwrap();
        let sheet = std::fs::read_to_string(folder.path().join("sheet.html")).unwrap();
        let count = |class: &str| sheet.matches(&format!("class=\"{class}\"")).count();
        (count("wrong"), count("right"))
    };
    assert_eq!(cards(10, |n| n % 2 == 0), (5, 5));
    assert_eq!(cards(10, |n| n == 7), (1, 9));
    assert_eq!(cards(10, |n| n != 7), (9, 1));
    assert_eq!(cards(100, |n| n % 4 == 0), (10, 30));
    assert_eq!(cards(0, |_| true), (0, 0));
}
