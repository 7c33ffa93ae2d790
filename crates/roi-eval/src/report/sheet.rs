//! The contact sheet: pictures with their boxes, what was asked, answered and right.
//!
//! One HTML file with everything in it: it opens with a double click on any machine, can be sent
//! around, long answers wrap, text can be searched and copied, and a browser prints it. Boxes are
//! drawn over the pictures as vectors, so that thin ones stay visible.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, RgbImage};
use roi_geom::PictureSize;

use super::Report;
use super::base64;
use super::escape::html as escape;
use crate::benchmark::{Grade, Verdict};
use crate::task::Task;

/// The longer side of a picture on the sheet. All are in one file.
const MAX_SIDE: u32 = 320;

const STYLE: &str = "body{font:14px/1.4 sans-serif;margin:1.5em;color:#222}\
    main{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:1em}\
    article{border:1px solid #ccc;border-left-width:6px;padding:.6em;overflow-wrap:anywhere}\
    .right{border-left-color:#1f6fb2}.wrong{border-left-color:#c0392b}\
    article svg{width:100%;max-height:320px}dt{color:#666;font-size:12px}\
    dd{margin:0 0 .4em;white-space:pre-wrap}.id{color:#666;font-size:12px;margin:0}";

/// At most `n` questions, half of them wrong ones if there are so many, spread over the set.
pub(super) fn render(report: &Report, tasks: &[Task], n: usize) -> String {
    let title = format!("{}: {}", report.benchmark, report.model.model);
    let title = escape(&title);
    let numbers = report.numbers.iter().map(|number| match number.percent {
        Some(percent) => format!("{} {percent:.2}", number.name),
        None => format!("{} –", number.name),
    });
    let numbers = escape(&numbers.collect::<Vec<_>>().join(" · "));
    let control = if report.model.zero_regions {
        " Control run: all region vectors were zeros."
    } else {
        ""
    };
    let shown = chosen(&report.verdicts, n);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n<p>{numbers}. {} of {} answered \
         questions are shown.{control}</p>\n<main>\n",
        shown.len(),
        report.n_answered
    );
    for index in shown {
        if let (Some(task), Some(Some(verdict))) = (tasks.get(index), report.verdicts.get(index)) {
            card(&mut html, task, verdict);
        }
    }
    html.push_str("</main></body></html>\n");
    html
}

/// Which questions are shown, in their order.
fn chosen(verdicts: &[Option<Verdict>], n: usize) -> BTreeSet<usize> {
    let answered = verdicts.iter().enumerate();
    let answered = answered.filter_map(|(index, verdict)| Some((index, verdict.as_ref()?.grade)));
    let (wrong, others): (Vec<_>, Vec<_>) = answered.partition(|(_, grade)| *grade == Grade::Wrong);
    let n_wrong = wrong.len().min((n / 2).max(n.saturating_sub(others.len())));
    spread(&wrong, n_wrong)
        .chain(spread(&others, n - n_wrong))
        .collect()
}

/// At most `n` of the indices, at even distances.
fn spread(from: &[(usize, Grade)], n: usize) -> impl Iterator<Item = usize> {
    let n = n.min(from.len());
    (0..n).map(move |k| from[k * from.len() / n].0)
}

fn card(html: &mut String, task: &Task, verdict: &Verdict) {
    let (class, grade) = match verdict.grade {
        Grade::Right => ("right", "right".to_owned()),
        Grade::Wrong => ("wrong", "wrong".to_owned()),
        Grade::Cider(cider) => ("scored", format!("CIDEr {cider:.1}")),
    };
    html.push_str(&format!("<article class=\"{class}\">\n"));
    match picture(&task.picture) {
        Ok((png, size)) => drawing(html, task, &png, size),
        Err(reason) => {
            let reason = escape(&reason);
            html.push_str(&format!("<p>The picture cannot be shown: {reason}</p>\n"));
        }
    }
    let (id, name) = (escape(&task.id), escape(&task.picture_name));
    html.push_str(&format!(
        "<p class=\"id\">{id} · {name} · <b>{grade}</b></p><dl>\n"
    ));
    let mut item = |name: &str, text: &str| {
        let text = escape(text);
        html.push_str(&format!("<dt>{name}</dt><dd>{text}</dd>\n"));
    };
    item("question", task.question());
    item("answer", &verdict.answer);
    if let Some(read) = verdict
        .read
        .as_ref()
        .filter(|read| **read != verdict.answer)
    {
        item("taken as", read);
    }
    item("truth", &verdict.truth);
    html.push_str("</dl></article>\n");
}

/// The picture with its boxes, in the picture's own pixels.
fn drawing(html: &mut String, task: &Task, png: &[u8], size: PictureSize) {
    let PictureSize { width, height } = size;
    let data = base64::encode(png);
    html.push_str(&format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\"><image width=\"{width}\" \
         height=\"{height}\" href=\"data:image/png;base64,{data}\"/>\n"
    ));
    let letter = f64::from(width.max(height)) / 16.0;
    for (b, number) in task.boxes.iter().zip(1..) {
        let b = b.sorted();
        let (x, y, w, h) = (b.x1, b.y1, b.x2 - b.x1, b.y2 - b.y1);
        if [x, y, w, h].iter().all(|number| number.is_finite()) {
            html.push_str(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"none\" stroke=\"red\" \
                 stroke-width=\"2\" vector-effect=\"non-scaling-stroke\"/><text x=\"{}\" y=\"{}\" \
                 font-size=\"{letter}\" font-weight=\"bold\" fill=\"red\" stroke=\"white\" \
                 stroke-width=\"{}\" paint-order=\"stroke\">{number}</text>\n",
                x + letter / 6.0,
                y + letter,
                letter / 6.0));
        }
    }
    html.push_str("</svg>\n");
}

/// A picture as shown, made small: a PNG file, and the original's size. It is decoded as it was for the model.
pub(super) fn picture(path: &Path) -> Result<(Vec<u8>, PictureSize), String> {
    let file = fs::read(path).map_err(|error| error.to_string())?;
    let (size, rgb) = roi_picture::rgb(&file).map_err(|error| error.to_string())?;
    let whole = RgbImage::from_raw(size.width, size.height, rgb);
    let mut small = DynamicImage::from(whole.ok_or("its pixels are not as many as its size says")?);
    if size.width.max(size.height) > MAX_SIDE {
        small = small.thumbnail(MAX_SIDE, MAX_SIDE);
    }
    let mut png = Vec::new();
    small
        .write_with_encoder(PngEncoder::new(&mut png))
        .map_err(|error| error.to_string())?;
    Ok((png, size))
}
