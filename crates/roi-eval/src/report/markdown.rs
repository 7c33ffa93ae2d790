//! `report.md`: the run's row under the published ones, and what has to be known to read it.

use roi_metrics::Tally;

use super::Report;
use super::escape::markdown as escape;
use crate::benchmark::Details;
use crate::left_out::LeftOut;

/// How many wrong answers are listed.
const N_MISTAKES: usize = 15;

pub(super) fn render(report: &Report) -> String {
    let mut text = format!(
        "# {}: {}\n\n{}\n\n",
        report.benchmark,
        escape(&report.model.model),
        report.published.about
    );
    if report.model.zero_regions {
        text.push_str("**Control run: all region vectors were zeros.**\n\n");
    }
    table(&mut text, report);
    text.push('\n');
    counts(&mut text, report);
    details(&mut text, &report.details);
    mistakes(&mut text, report);
    skips(&mut text, "Left out of the set", &report.left_out);
    skips(&mut text, "Could not be asked", &report.failed);
    settings(&mut text, report);
    text
}

fn table(text: &mut String, report: &Report) {
    let published = report.published;
    let mut line = |cells: &[String]| {
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    };
    let mut cells = |first: &str, values: Vec<String>, last: &str| {
        let ends = ([first.to_owned()], [last.to_owned()]);
        let all: Vec<String> = ends.0.into_iter().chain(values).chain(ends.1).collect();
        line(&all);
    };
    let columns = published.columns;
    let names = columns.iter().map(|name| (*name).to_owned()).collect();
    cells("model", names, "note");
    cells("---", vec!["---:".to_owned(); columns.len()], "---");
    let value = |percent: Option<f64>, decimals: usize| match percent {
        Some(percent) => format!("{percent:.decimals$}"),
        None => "–".to_owned(),
    };
    for row in published.rows {
        let values = row.percent.iter();
        let values = values.map(|&percent| value(percent, published.decimals));
        cells(row.model, values.collect(), row.note);
    }
    let own = columns.iter().map(|column| {
        let number = report.numbers.iter().find(|number| number.name == *column);
        let percent = number.and_then(|number| number.percent);
        match percent {
            Some(percent) => format!("**{percent:.2}**"),
            None => value(None, 0),
        }
    });
    let note = format!(
        "this run, {} of {} answered",
        report.n_answered, report.n_asked
    );
    cells(&escape(&report.model.model), own.collect(), &note);
}

fn counts(text: &mut String, report: &Report) {
    for number in &report.numbers {
        let percent = number.percent;
        let percent = percent.map_or_else(|| "not measured".to_owned(), |p| format!("{p:.2} %"));
        text.push_str(&format!("- {}: {percent}, of {}\n", number.name, number.n));
    }
}

fn details(text: &mut String, details: &Details) {
    let mut line = |name: &str, what: String| {
        text.push_str(&format!("- {name}: {what}\n"));
    };
    let tally = |tally: &Tally| {
        let Tally {
            n,
            n_right,
            n_unread,
        } = *tally;
        format!("{n_right} of {n} right, {n_unread} named no choice")
    };
    match details {
        Details::Captions(scores) => {
            let bleu = scores.bleu.map(|score| format!("{:.2}", score * 100.0));
            line("BLEU-1 to BLEU-4", bleu.join(", "));
        }
        Details::Pointing(all) => line("questions", tally(all)),
        Details::Vcr(scores) => {
            line("answers", tally(&scores.q_to_a));
            line("rationales", tally(&scores.qa_to_r));
            line("both", tally(&scores.q_to_ar));
        }
        Details::Recognition {
            n,
            n_right,
            n_unread,
            classes,
        } => {
            let classes = classes.len();
            line(
                "regions",
                format!(
                    "{n_right} of {n} right, {n_unread} named no class; {classes} true classes"
                ),
            );
        }
        Details::Attributes(tallies) => {
            for (topic, of_topic) in tallies {
                line(topic, tally(of_topic));
            }
        }
        Details::Negatives { absent, present } => {
            line("nothing is there", tally(absent));
            line("something is there", tally(present));
        }
    }
}

fn mistakes(text: &mut String, report: &Report) {
    let mistakes = report.confusion.iter().flat_map(|c| c.mistakes());
    let mistakes: Vec<_> = mistakes.take(N_MISTAKES).collect();
    if mistakes.is_empty() {
        return;
    }
    text.push_str("\n## Most frequent mistakes\n\n| what it is | what it was called | times |\n| --- | --- | ---: |\n");
    for mistake in mistakes {
        let (label, called) = (escape(&mistake.label), escape(&mistake.called));
        text.push_str(&format!("| {label} | {called} | {} |\n", mistake.n));
    }
}

fn skips(text: &mut String, title: &str, left_out: &LeftOut) {
    let LeftOut {
        n_excluded,
        n_broken,
        broken,
    } = left_out;
    if *n_excluded == 0 && *n_broken == 0 {
        return;
    }
    text.push_str(&format!("\n## {title}\n\n"));
    if *n_excluded > 0 {
        text.push_str(&format!("- {n_excluded} by the set's rules\n"));
    }
    if *n_broken > 0 {
        let shown = match broken.len() as u64 {
            shown if shown < *n_broken => format!(", of which the first {shown}"),
            _ => String::new(),
        };
        text.push_str(&format!("- {n_broken} broken{shown}:\n"));
    }
    for skip in broken {
        let (record, reason) = (escape(&skip.record), escape(&skip.reason));
        text.push_str(&format!("  - {record}: {reason}\n"));
    }
}

fn settings(text: &mut String, report: &Report) {
    text.push_str("\n## Settings\n\n");
    let mut line = |name: &str, value: &str| {
        text.push_str(&format!("- {}: {}\n", escape(name), escape(value)));
    };
    line("package", &report.model.manifest_sha256);
    for device in &report.devices {
        line("device", device);
    }
    for (name, value) in &report.set {
        line(name, value);
    }
    for (name, value) in &report.model.generation {
        line(name, &value.to_string());
    }
}
