//! Words that keep their full stop.
//!
//! Elsewhere a full stop at a word's end is a token of its own and is removed, so each word here is
//! one that reads `etc.` and not `etc` in the tokenized caption.

/// Any capitalisation.
const ALWAYS: &[&str] = &[
    "adj", "adm", "adv", "al", "ala", "alex", "apr", "ariz", "assn", "asst", "atty", "aug", "ave",
    "bancorp", "bhd", "bldg", "blvd", "brig", "bros", "calif", "capt", "cf", "cie", "cmdr", "co",
    "col", "colo", "comdr", "conn", "corp", "cos", "cpl", "ct", "dak", "dec", "dept", "det", "dr",
    "drs", "elec", "ens", "esq", "est", "etc", "ext", "feb", "fla", "fri", "ft", "ga", "gen",
    "gov", "govs", "hon", "inc", "ind", "insp", "intl", "invt", "jan", "jos", "jr", "jul", "jun",
    "kan", "kans", "ky", "lieut", "lt", "ltd", "maj", "mar", "md", "messrs", "mfg", "mich", "minn",
    "mlle", "mme", "mo", "mon", "mont", "mr", "mrs", "ms", "msgr", "mt", "mtg", "natl", "neb",
    "nev", "nov", "oct", "okla", "penn", "pfc", "ph", "plc", "ppte", "ppty", "pres", "prof",
    "profs", "pte", "ptes", "pty", "ptys", "pvt", "rd", "rep", "reps", "rev", "rt", "sen", "sens",
    "sep", "sept", "seq", "sfc", "sgt", "spc", "sq", "sr", "st", "ste", "supt", "sys", "tel",
    "tenn", "thu", "thurs", "treas", "tue", "tues", "univ", "va", "vs", "vt", "wed", "wis", "wisc",
    "wm", "wyo",
];
/// Words otherwise: states of the USA, which need their capital.
const CAPITALISED: &[&str] = &[
    "ark", "az", "del", "ill", "la", "mass", "miss", "ore", "pa", "tex", "wash",
];
/// Only in front of a number.
const BEFORE_NUMBER: &[&str] = &["art", "ca", "fig", "figs", "no", "nos", "op", "pp", "prop"];

/// Whether `word` keeps the full stop that follows it; `before_number` says whether a number
/// comes after that and a space.
pub(super) fn keeps_stop(word: &[char], before_number: bool) -> bool {
    let is_in = |list: &[&str]| list.iter().any(|entry| eq_ignoring_case(word, entry));
    match word {
        [letter] => letter.is_ascii_alphabetic(),
        [first, ..] => {
            is_in(ALWAYS)
                || first.is_uppercase() && is_in(CAPITALISED)
                || before_number && is_in(BEFORE_NUMBER)
        }
        [] => false,
    }
}

/// Compares with an ASCII word.
pub(super) fn eq_ignoring_case(chars: &[char], word: &str) -> bool {
    chars.len() == word.len()
        && chars
            .iter()
            .zip(word.chars())
            .all(|(a, b)| a.eq_ignore_ascii_case(&b))
}
