//! The loss over all steps as a picture: every step's in pale, their running mean in strong colour, on a logarithmic scale,
//! where the same gain looks the same early and late.

#[cfg(test)]
mod tests;

use std::fmt::Write;

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 420.0;
/// Edges of the plot within the picture.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 784.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 372.0;
/// The running mean reaches over this share of the steps, and over so many at least.
const SMOOTHING: f64 = 0.02;
const MIN_SMOOTHED: f64 = 5.0;
/// Stands for a loss of zero, which has no logarithm.
const LEAST_LOSS: f64 = 1e-6;
/// About so many numbers stand along an axis.
const N_TICKS: f64 = 6.0;

/// An SVG picture of losses by step, in the order of steps.
#[must_use]
pub fn loss_curve(title: &str, losses: &[(u64, f64)]) -> String {
    let losses: Vec<(f64, f64)> = losses
        .iter()
        .filter(|(_, loss)| loss.is_finite())
        .map(|(step, loss)| (*step as f64, loss.max(LEAST_LOSS)))
        .collect();
    let axes = Axes::around(&losses);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    text(&mut svg, [(LEFT + RIGHT) / 2.0, 24.0], "middle", title);
    text(
        &mut svg,
        [(LEFT + RIGHT) / 2.0, HEIGHT - 10.0],
        "middle",
        "step",
    );
    text(&mut svg, [LEFT - 8.0, TOP - 12.0], "end", "loss");
    for loss in axes.loss_ticks() {
        let y = axes.y(loss);
        line(&mut svg, [LEFT, y], [RIGHT, y], "#ddd");
        text(&mut svg, [LEFT - 8.0, y + 4.0], "end", &short(loss));
    }
    for step in ticks(axes.first, axes.last) {
        let x = axes.x(step);
        line(&mut svg, [x, BOTTOM], [x, BOTTOM + 5.0], "#444");
        text(&mut svg, [x, BOTTOM + 19.0], "middle", &short(step));
    }
    line(&mut svg, [LEFT, BOTTOM], [RIGHT, BOTTOM], "#444");
    line(&mut svg, [LEFT, TOP], [LEFT, BOTTOM], "#444");
    path(&mut svg, &axes.ranges(&losses), "#b9cdea", 1.0);
    path(&mut svg, &axes.curve(&smooth(&losses)), "#1d4f91", 2.0);
    svg.push_str("</svg>\n");
    svg
}

/// The span of steps and losses.
struct Axes {
    first: f64,
    last: f64,
    least: f64,
    most: f64,
}

impl Axes {
    fn around(losses: &[(f64, f64)]) -> Self {
        let fold = |start: f64, choose: fn(f64, f64) -> f64| {
            losses.iter().map(|(_, loss)| *loss).fold(start, choose)
        };
        let (least, most) = match losses {
            [] => (0.1, 10.0),
            _ => (fold(f64::INFINITY, f64::min), fold(0.0, f64::max)),
        };
        // Room around the curve, and something to divide by where all losses are the same.
        Self {
            first: losses.first().map_or(0.0, |(step, _)| *step),
            last: losses.last().map_or(1.0, |(step, _)| *step),
            least: least / 1.1,
            most: most * 1.1,
        }
    }

    fn x(&self, step: f64) -> f64 {
        let share = (step - self.first) / (self.last - self.first).max(1.0);
        LEFT + share * (RIGHT - LEFT)
    }

    fn y(&self, loss: f64) -> f64 {
        let share = (loss / self.least).ln() / (self.most / self.least).ln();
        BOTTOM - share * (BOTTOM - TOP)
    }

    /// 1, 2 and 5 of each power of ten; where these are too few, evenly spaced numbers.
    fn loss_ticks(&self) -> Vec<f64> {
        let powers = self.least.log10().floor() as i32..=self.most.log10().ceil() as i32;
        let round: Vec<f64> = powers
            .flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)))
            .filter(|loss| (self.least..=self.most).contains(loss))
            .collect();
        if round.len() < 3 {
            ticks(self.least, self.most)
        } else {
            round
        }
    }

    /// A line for each column of the picture, from the least loss of its steps to the greatest.
    fn ranges(&self, losses: &[(f64, f64)]) -> String {
        let mut path = String::new();
        for column in losses.chunk_by(|a, b| self.x(a.0).floor() == self.x(b.0).floor()) {
            let ys = column.iter().map(|(_, loss)| self.y(*loss));
            let (top, bottom) = ys.fold((f64::INFINITY, 0.0_f64), |(top, bottom), y| {
                (top.min(y), bottom.max(y))
            });
            let x = self.x(column[0].0);
            // One step alone is drawn as a dot of the line's own height.
            push(
                &mut path,
                format_args!("M{x:.1} {:.1}V{:.1}", top - 0.5, bottom + 0.5),
            );
        }
        path
    }

    /// A line through the last point of each column.
    fn curve(&self, points: &[(f64, f64)]) -> String {
        let mut path = String::new();
        for column in points.chunk_by(|a, b| self.x(a.0).floor() == self.x(b.0).floor()) {
            let (step, loss) = column[column.len() - 1];
            let command = if path.is_empty() { 'M' } else { 'L' };
            push(
                &mut path,
                format_args!("{command}{:.1} {:.1}", self.x(step), self.y(loss)),
            );
        }
        path
    }
}

/// The running mean of the losses' logarithms. Weights fall off exponentially, and the first points are means of what
/// there is.
fn smooth(losses: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let keep = 1.0 - (losses.len() as f64 * SMOOTHING).max(MIN_SMOOTHED).recip();
    let (mut sum, mut weight) = (0.0, 0.0);
    let smoothed = losses.iter().map(|(step, loss)| {
        sum = sum * keep + loss.ln();
        weight = weight * keep + 1.0;
        (*step, f64::exp(sum / weight))
    });
    smoothed.collect()
}

/// Round numbers from `least` to `most`.
fn ticks(least: f64, most: f64) -> Vec<f64> {
    let span = most - least;
    if span <= 0.0 {
        return vec![least];
    }
    let power = 10_f64.powf((span / N_TICKS).log10().floor());
    let spacing = [1.0, 2.0, 5.0, 10.0]
        .map(|digit| digit * power)
        .into_iter()
        .find(|spacing| span / spacing <= N_TICKS)
        .unwrap_or(span);
    let first = (least / spacing).ceil() as i64;
    let last = (most / spacing).floor() as i64;
    (first..=last).map(|n| n as f64 * spacing).collect()
}

/// A tick's number without the noise of its computation.
fn short(number: f64) -> String {
    if number != 0.0 && number.abs() < 1e-3 {
        return format!("{number:.0e}");
    }
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn line(svg: &mut String, from: [f64; 2], to: [f64; 2], color: &str) {
    let ([x1, y1], [x2, y2]) = (from, to);
    push(
        svg,
        format_args!(
            "<path d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\" stroke=\"{color}\" fill=\"none\"/>\n"
        ),
    );
}

fn path(svg: &mut String, path: &str, color: &str, width: f64) {
    push(
        svg,
        format_args!(
            "<path d=\"{path}\" stroke=\"{color}\" stroke-width=\"{width}\" fill=\"none\"/>\n"
        ),
    );
}

fn text(svg: &mut String, at: [f64; 2], anchor: &str, text: &str) {
    let [x, y] = at;
    push(
        svg,
        format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>\n",
            escape(text)
        ),
    );
}

/// Text that means itself in XML. Control characters, which XML cannot hold, are left out.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
        escaped
    })
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more)
        .expect("writing to a String cannot fail");
}
