//! ROUGE-L: the longest common subsequence of words, as an F score.
//!
//! Lin 2004. The best precision and the best recall may come from different references.
//!
//! Source: salaniz/pycocoevalcap 1.2, `rouge/rouge.py`. As there, words are what stands between
//! spaces, so a caption without words is one empty word, and two such captions agree.

/// How many times recall matters as much as precision.
const BETA: f64 = 1.2;

/// ROUGE-L of a tokenized hypothesis.
pub(super) fn score(hypothesis: &str, references: &[String]) -> f64 {
    let hypothesis: Vec<&str> = hypothesis.split(' ').collect();
    let mut precision = 0.0f64;
    let mut recall = 0.0f64;
    for reference in references {
        let reference: Vec<&str> = reference.split(' ').collect();
        let n_common = longest_common_subsequence(&hypothesis, &reference) as f64;
        precision = precision.max(n_common / hypothesis.len() as f64);
        recall = recall.max(n_common / reference.len() as f64);
    }
    if precision == 0.0 || recall == 0.0 {
        return 0.0;
    }
    (1.0 + BETA * BETA) * precision * recall / (recall + BETA * BETA * precision)
}

fn longest_common_subsequence(a: &[&str], b: &[&str]) -> usize {
    // By how much of `b` is looked at, the length for the words of `a` so far.
    let mut lengths = vec![0; b.len() + 1];
    for word in a {
        let mut diagonal = 0;
        for (at, other) in b.iter().enumerate() {
            let above = lengths[at + 1];
            lengths[at + 1] = if word == other {
                diagonal + 1
            } else {
                above.max(lengths[at])
            };
            diagonal = above;
        }
    }
    lengths[b.len()]
}
