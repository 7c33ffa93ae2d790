//! The wording of questions that the sets themselves do not word. `{}` is where what is asked about goes.
//!
//! As many of each kind as the original draws from; the words are this project's own. What the paper and the model's
//! template fix word for word stands in `roi-prompt`.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/` (kinds and counts).

#[cfg(test)]
mod tests;

/// COCO detection: what is asked of every bare box. The classes' names go into the slot.
pub(crate) const NAME_THE_CLASS: &str = "\nEach question is one region of the picture. Answer with the class of what is in it, one of these: {}.\n";
/// RefCOCO: expressions may say where things stand.
pub(crate) const REFER_WITH_POSITION: &str = "\n Each question is one region of the picture. Answer with words that single it out: \
     what it is, its attributes, and where it stands, in the picture or next to other things.";
/// RefCOCO+: expressions may not.
pub(crate) const REFER_WITHOUT_POSITION: &str = "\n Each question is one region of the picture. Answer with words that single it out: \
     what it is and its attributes, but not where in the picture it stands.";
/// LLaVA-150K: what stands between the overview sentence and a detector's boxes.
pub(crate) const REGIONS_FOLLOW: &str = "What was found in single regions of it follows. ";
/// LLaVA-150K: behind each box; the class goes into the slot.
pub(crate) const MAY_FEATURE: &str = " may feature a {},";

/// RefCOCOg and Visual Genome: ten ways to ask for a region's description, each also with a "please".
pub(crate) const DESCRIBE_REGION: [&str; 20] = [
    "Describe {} in detail.",
    "Please describe {} in detail.",
    "What can be seen in {}?",
    "What can be seen in {}? Please be specific.",
    "Give me a detailed account of {}.",
    "Please give me a detailed account of {}.",
    "Tell me all you can about {}.",
    "Please tell me all you can about {}.",
    "How would you put {} into words, with its details?",
    "How would you put {} into words, with its details, please?",
    "Say what {} shows and what is special about it.",
    "Please say what {} shows and what is special about it.",
    "Look closely at {} and report what is there.",
    "Please look closely at {} and report what is there.",
    "Explain what is visible within {}.",
    "Please explain what is visible within {}.",
    "I want to know exactly what {} contains.",
    "I want to know exactly what {} contains, please.",
    "Characterise {} as precisely as possible.",
    "Please characterise {} as precisely as possible.",
];

/// Flickr30k: the whole picture by its regions. The slot's list ends in a comma.
pub(crate) const DESCRIBE_REGIONS: [&str; 30] = [
    "Look at {} and describe the picture.",
    "Taking in {} what does the picture show?",
    "Describe the scene that {} make up.",
    "With {} in mind, sum the picture up in a sentence.",
    "What is going on here, seeing {} together?",
    "Tell me what happens in the picture, with {} as its parts.",
    "Consider {} then write a caption.",
    "Write one sentence that covers {} and nothing else.",
    "How do {} belong together? Describe the picture.",
    "Please describe the picture by way of {} as they are marked.",
    "Give a caption in which {} all appear.",
    "From {} can you tell what the scene is?",
    "There are some regions, {} and I would like a description of them all.",
    "Name what is in {} within one sentence.",
    "Put what you see in {} into a single sentence.",
    "What story do {} tell?",
    "Summarise {} for someone who cannot see the picture.",
    "If you look at {} what is the picture about?",
    "Describe what is shown in {} as one scene.",
    "Please sum up {} in a caption.",
    "Which scene do you see in {} taken as a whole?",
    "Compose a sentence about {} that fits the picture.",
    "Report what {} contain, in one sentence.",
    "Can you say in a sentence what {} show?",
    "What do {} have to do with each other? Answer with a description of the picture.",
    "Please look at {} and say what is happening.",
    "I marked {} in the picture. What is there?",
    "Explain the picture with the help of {} please.",
    "Give me a short description of the scene around {} and how they relate.",
    "Describe these areas of the picture: {}",
];

/// Flickr30k, later turns: which words of the description belong to a region.
pub(crate) const LOCATE_PHRASE: [&str; 10] = [
    "Which part of your description belongs to {}?",
    "Which words above speak of {}?",
    "What did you call {} in that sentence?",
    "Quote the phrase that stands for {}.",
    "In what you just said, what is {}?",
    "Where in your sentence does {} appear?",
    "Which of the things you mentioned is found in {}?",
    "Find the words of your description that fit {}.",
    "Repeat the part that is about {}.",
    "What does the description say of {}?",
];

/// VCR: the question after an answer.
pub(crate) const WHY: [&str; 39] = [
    "Why?",
    "Why is that?",
    "Why do you think so?",
    "What makes you think so?",
    "What makes you say that?",
    "How do you know?",
    "How can you tell?",
    "What is the reason?",
    "What is your reason for saying so?",
    "Can you explain why?",
    "Please explain why.",
    "Could you give a reason?",
    "Please give your reasons.",
    "What speaks for that?",
    "What tells you that?",
    "What in the picture tells you that?",
    "On what do you base this?",
    "What is your answer based on?",
    "How did you come to this?",
    "How did you arrive at that answer?",
    "What leads you to that conclusion?",
    "What evidence is there for it?",
    "Which clues point to that?",
    "Where do you see that?",
    "What supports your answer?",
    "How would you justify that?",
    "Please justify your answer.",
    "Why do you believe this to be right?",
    "Why would that be so?",
    "Why should that be the case?",
    "What is the explanation?",
    "Do you have an explanation for it?",
    "Explain your reasoning.",
    "Walk me through your reasoning.",
    "What were your thoughts behind that?",
    "What makes this likely?",
    "What convinced you?",
    "And why do you say so?",
    "Tell me why that is.",
];

/// VCR with all objects listed: what stands before the question.
pub(crate) const OBJECTS_LISTED: [&str; 6] = [
    "The picture has these regions: {}. ",
    "Keep {} in mind when you answer. ",
    "These regions are marked: {}. Now answer: ",
    "My question is about a picture with {}. ",
    "Look at {} first. ",
    "There are {} in the picture. ",
];

/// LLaVA-150K: whether a class is in the picture.
pub(crate) const IS_THERE: [&str; 20] = [
    "Is there a {} in the picture?",
    "Can you see a {}?",
    "Do you see a {} here?",
    "Does the picture show a {}?",
    "Is a {} visible?",
    "Is a {} visible in this picture?",
    "Can a {} be found in the picture?",
    "Does a {} appear anywhere?",
    "Is there any {} here?",
    "Would you say that there is a {} in the picture?",
    "Tell me whether a {} can be seen.",
    "Please check whether the picture has a {}.",
    "Is one of the things in the picture a {}?",
    "Did you notice a {}?",
    "Are there signs of a {} in the picture?",
    "Could you find a {} in it?",
    "Has the picture a {} in it?",
    "I am looking for a {}. Is there one?",
    "Please say if you can see a {}.",
    "Among all things shown, is there a {}?",
];

/// The answer where it is.
pub(crate) const IT_IS_THERE: [&str; 10] = [
    "Yes, there is a {} in the picture.",
    "Yes, I can see a {}.",
    "Yes, a {} is visible.",
    "Yes, the picture shows a {}.",
    "Yes, it does have a {}.",
    "Yes, there seems to be a {}.",
    "Yes, a {} can be found in it.",
    "Yes, one of the things shown is a {}.",
    "Yes, I found a {}.",
    "Yes, a {} appears in it.",
];

/// The answer where it is not.
pub(crate) const IT_IS_NOT_THERE: [&str; 10] = [
    "No, there is no {} in the picture.",
    "No, I cannot see a {}.",
    "No, a {} is not visible.",
    "No, the picture does not show a {}.",
    "No, it does not have a {}.",
    "No, there seems to be no {}.",
    "No, a {} cannot be found in it.",
    "No, none of the things shown is a {}.",
    "No, I found no {}.",
    "No, a {} does not appear in it.",
];

/// Visual-7W: the boxes to choose from; the question comes behind them, so that its words can be held against each box. Training and
/// evaluation ask alike.
pub const POINT: &str = "Choose one of {}. ";
/// What stands between those boxes: people put a space there, and to a tokenizer that makes another word.
pub const POINT_BETWEEN: &str = ", ";
