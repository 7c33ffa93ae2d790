//! Prompts that list all regions once and call them by bare numbers from there on, as the GPT4RoI paper's table 5 does. The
//! words are this project's own.

/// The prompt of the letter form for the answer or, where the right one is given, for its reason.
///
/// All regions come first, by number; objects are bare numbers from there on; each choice is a line
/// of its letter in parentheses, a comma and its words; and a letter in parentheses is asked for.
#[must_use]
pub fn letter_prompt(
    n_regions: usize,
    question: &str,
    answer: Option<&str>,
    choices: &[String],
) -> String {
    let mut prompt = numbered_prompt(n_regions, question);
    prompt.push('\n');
    match answer {
        None => prompt.push_str("Which of these answers is right?\n"),
        Some(answer) => {
            prompt.push_str("The right answer: ");
            prompt.push_str(answer);
            prompt.push_str("\nWhich of these is the reason?\n");
        }
    }
    for (letter, choice) in ('A'..='Z').zip(choices) {
        prompt.push_str(&format!("({letter}),{choice}\n"));
    }
    prompt.push_str("Answer with a letter in parentheses.");
    prompt
}

/// A question about numbered regions with no choices, to be answered in words: the first lines of [`letter_prompt`].
#[must_use]
pub fn numbered_prompt(n_regions: usize, question: &str) -> String {
    let mut prompt = String::new();
    if n_regions > 0 {
        let tags: Vec<String> = (1..=n_regions).map(|k| format!("<region{k}>")).collect();
        prompt.push_str(&tags.join(","));
        prompt.push_str(" are areas of the picture, called by these numbers from here on.\n");
    }
    prompt.push_str("Question: ");
    prompt.push_str(question);
    prompt
}
