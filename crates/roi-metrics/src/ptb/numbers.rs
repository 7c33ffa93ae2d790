//! Readings of numbers: plain ones, fractions, dates and telephone numbers.

use std::ops::RangeInclusive;

use super::letters::is_digit;
use super::scan::{Reading, from, run};
use super::symbols::{SOFT_HYPHEN, slash};

/// Digits with `.`, `,` or `:` between or before, perhaps with a sign: `1,000.5`, `5:30`, `-3`,
/// `.5`.
pub(super) fn number(rest: &[char]) -> Reading {
    let sign = usize::from(matches!(rest.first(), Some('+' | '-')));
    let unsigned = from(rest, sign);
    let mut length = run(unsigned, is_digit);
    while let [mark, digit, ..] = from(unsigned, length)
        && matches!(*mark, '.' | ',' | ':' | SOFT_HYPHEN | '\u{66b}' | '\u{66c}')
        && is_digit(*digit)
    {
        length += 1 + run(from(unsigned, length + 1), is_digit);
    }
    Reading::all(if length > 0 { sign + length } else { 0 })
}

/// `25/12/2014`, `5-12-14`.
pub(super) fn date(rest: &[char]) -> Reading {
    let part = |places, counts| digits(rest, places, counts, is_digit);
    let joint = |places: Vec<usize>| step(rest, &places, |c| matches!(c, '-' | '/'));
    let day = part(vec![0], 1..=2);
    let month = part(joint(day), 1..=2);
    longest(&part(joint(month), 2..=4))
}

/// `x²`: raised or lowered digits, perhaps with a sign.
pub(super) fn raised_or_lowered(rest: &[char]) -> Reading {
    let sign = usize::from(matches!(
        rest.first(),
        Some('\u{207a}' | '\u{207b}' | '\u{208a}' | '\u{208b}')
    ));
    let unsigned = from(rest, sign);
    let raised = run(unsigned, |c| {
        matches!(c, '\u{2070}' | '\u{2074}'..='\u{2079}' | '¹' | '²' | '³')
    });
    let lowered = run(unsigned, |c| matches!(c, '\u{2080}'..='\u{2089}'));
    Reading::all(match raised.max(lowered) {
        0 => 0,
        n_digits => sign + n_digits,
    })
}

/// `3/4`, and with a whole number in front `1 3/4`, which is one token with a space in it.
pub(super) fn fraction(rest: &[char]) -> Reading {
    let part = |places| digits(rest, places, 1..=4, is_digit);
    let mut starts = step(rest, &part(vec![0]), |c| matches!(c, ' ' | '-' | '\u{a0}'));
    starts.push(0);
    let bars = part(starts).into_iter().filter_map(|at| {
        let bar = match from(rest, at).first() {
            Some('\u{2044}') => 1,
            _ => slash(from(rest, at)),
        };
        (bar > 0).then_some(at + bar)
    });
    longest(&part(bars.collect()))
}

/// `555-1234`, `(111) 222-3333`, `+44 20 1234 5678`, `800.555.1234`. Any numbers of fitting lengths
/// are read as one: `12 123 456`.
pub(super) fn telephone(rest: &[char]) -> Reading {
    let part = |places: Vec<usize>, counts| digits(rest, places, counts, |c| c.is_ascii_digit());
    let gap = |places: Vec<usize>| step(rest, &places, |c| matches!(c, '-' | ' ' | '\u{a0}'));
    let stop = |places: Vec<usize>| step(rest, &places, |c| c == '.');
    let perhaps = |before: Vec<usize>, after: Vec<usize>| [before, after].concat();
    let starts: Vec<usize> = match rest {
        ['+', '+', ..] => vec![2],
        ['+', ..] => vec![1],
        ['(', ..] => {
            let closed = step(rest, &part(vec![1], 2..=3), |c| c == ')');
            let spaced = step(rest, &closed, |c| matches!(c, ' ' | '\u{a0}'));
            let area = perhaps(closed, spaced);
            let middle = part(area, 3..=4);
            return longest(&part(perhaps(middle.clone(), gap(middle)), 3..=5));
        }
        [first, ..] if first.is_ascii_digit() => vec![0],
        _ => return Reading::NONE,
    };
    let country = |joint: &dyn Fn(Vec<usize>) -> Vec<usize>| {
        perhaps(starts.clone(), joint(part(starts.clone(), 2..=4)))
    };
    let middle = part(gap(part(country(&gap), 2..=4)), 3..=4);
    let spaced = part(perhaps(middle.clone(), gap(middle)), 3..=5);
    let area = stop(part(country(&stop), 2..=4));
    let dotted = part(stop(part(area, 3..=4)), 3..=5);
    longest(&spaced).or(longest(&dotted))
}

/// The places that so many digits lead to from one of `places`.
fn digits(
    rest: &[char],
    places: Vec<usize>,
    counts: RangeInclusive<usize>,
    is: impl Fn(char) -> bool + Copy,
) -> Vec<usize> {
    let most = *counts.end();
    places
        .into_iter()
        .flat_map(|at| {
            let n_digits = from(rest, at).iter().take(most).take_while(|&&c| is(c));
            (*counts.start()..=n_digits.count()).map(move |count| at + count)
        })
        .collect()
}

/// The places after one such character at one of `places`.
fn step(rest: &[char], places: &[usize], is: impl Fn(char) -> bool) -> Vec<usize> {
    let places = places.iter();
    places
        .filter(|&&at| from(rest, at).first().is_some_and(|&c| is(c)))
        .map(|at| at + 1)
        .collect()
}

fn longest(places: &[usize]) -> Reading {
    Reading::all(places.iter().copied().max().unwrap_or(0))
}
