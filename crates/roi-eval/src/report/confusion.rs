//! A picture of what was taken for what: rows are true names, columns what they were called, and
//! the darker a cell, the larger its part of the row.
//!
//! SVG, because names stay text: they can be read at any size and searched, and nothing has to
//! draw letters.

use std::collections::BTreeSet;

use roi_metrics::Confusion;

use super::escape::html as escape;

/// Up to so many names stand at the axes; more could not be read.
const MAX_NAMES: usize = 48;
/// Up to so many names, counts stand in the cells.
const MAX_COUNTED: usize = 16;
/// How many wrong pairs are listed.
const N_MISTAKES: usize = 20;
/// Side of the matrix where there are many names.
const MANY_SIDE: f64 = 720.0;
const CELL: f64 = 18.0;
const LARGE_CELL: f64 = 34.0;
const LETTER_WIDTH: f64 = 6.6;
const LINE: f64 = 16.0;
const MARGIN: f64 = 16.0;
/// Width of the list of wrong pairs.
const LIST_WIDTH: f64 = 320.0;

pub(super) fn render(confusion: &Confusion, title: &str) -> String {
    let classes = confusion.classes();
    let mistakes = confusion.mistakes();
    let rows: Vec<&str> = classes.iter().map(|class| class.label.as_str()).collect();
    // True names first and in the same order, so that right answers lie on the diagonal.
    let called: BTreeSet<&str> = mistakes.iter().map(|m| m.called.as_str()).collect();
    let others = called.into_iter().filter(|name| !rows.contains(name));
    let columns: Vec<&str> = rows.iter().copied().chain(others).collect();

    let has_names = columns.len() <= MAX_NAMES;
    let cell = match columns.len() {
        0..=MAX_COUNTED => LARGE_CELL,
        n if n <= MAX_NAMES => CELL,
        n => MANY_SIDE / n as f64,
    };
    let longest = columns.iter().map(|name| name.chars().count()).max();
    let label = if has_names {
        longest.unwrap_or(0) as f64 * LETTER_WIDTH + 8.0
    } else {
        0.0
    };
    let (left, top) = (MARGIN + label, MARGIN + 2.0 * LINE + label);
    let list_left = left + columns.len() as f64 * cell + 2.0 * MARGIN;
    let n_listed = mistakes.len().min(N_MISTAKES) + 2;
    let below = (top + rows.len() as f64 * cell).max(top + n_listed as f64 * LINE);
    let (width, height) = (list_left + LIST_WIDTH, below + 2.0 * MARGIN + LINE);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         width=\"{width:.1}\" height=\"{height:.1}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    let mut text = |x: f64, y: f64, attributes: &str, words: &str| {
        let words = escape(words);
        svg.push_str(&format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\"{attributes}>{words}</text>\n"
        ));
    };
    text(MARGIN, MARGIN + 4.0, " font-weight=\"bold\"", title);
    let caption = "rows: what it is; columns: what it was called; darker: a larger part of the row";
    text(MARGIN, below + MARGIN + LINE, " fill=\"#555\"", caption);
    if has_names {
        for (index, name) in rows.iter().enumerate() {
            let y = top + (index as f64 + 0.5) * cell + 4.0;
            text(left - 4.0, y, " text-anchor=\"end\"", name);
        }
        for (index, name) in columns.iter().enumerate() {
            let (x, y) = (left + (index as f64 + 0.5) * cell + 4.0, top - 4.0);
            let turned = format!(" transform=\"rotate(-90 {x:.1} {y:.1})\"");
            text(x, y, &turned, name);
        }
    }
    text(
        list_left,
        top,
        " font-weight=\"bold\"",
        "Most frequent mistakes",
    );
    if mistakes.is_empty() {
        text(list_left, top + LINE, "", "none");
    }
    for (index, mistake) in mistakes.iter().take(N_MISTAKES).enumerate() {
        let y = top + (index + 1) as f64 * LINE;
        let words = format!(
            "{} × {} called {}",
            mistake.n, mistake.label, mistake.called
        );
        text(list_left, y, "", &words);
    }

    svg.push_str(&format!(
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#f4f4f4\" \
         stroke=\"#999\"/>\n",
        columns.len() as f64 * cell,
        rows.len() as f64 * cell
    ));
    for (row, class) in classes.iter().enumerate() {
        for (column, name) in columns.iter().enumerate() {
            let n = confusion.count(&class.label, name);
            if n == 0 {
                continue;
            }
            let part = n as f64 / class.n as f64;
            let (x, y) = (left + column as f64 * cell, top + row as f64 * cell);
            let colour = if class.label == *name {
                "#1f6fb2"
            } else {
                "#c0392b"
            };
            // A single answer among hundreds must still be seen.
            let opacity = 0.15 + 0.85 * part;
            let told = format!("{} called {name}: {n} of {}", class.label, class.n);
            svg.push_str(&format!(
                "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{cell:.2}\" height=\"{cell:.2}\" \
                 fill=\"{colour}\" fill-opacity=\"{opacity:.3}\"><title>{}</title></rect>\n",
                escape(&told)
            ));
            if columns.len() <= MAX_COUNTED {
                let fill = if opacity > 0.55 { "white" } else { "black" };
                let (x, y) = (x + cell / 2.0, y + cell / 2.0 + 4.0);
                svg.push_str(&format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" fill=\"{fill}\">{n}</text>\n"));
            }
        }
    }
    svg.push_str("</svg>\n");
    svg
}
