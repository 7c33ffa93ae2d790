//! Files with conversations: LLaVA-150K about whole pictures with a detector's boxes, and
//! conversations about boxes.
//!
//! None of the published formats has a question about a given box with an answer in words, save
//! VCR's, which repeats the class in every answer. So those questions get LLaVA's form and one
//! field more.

use roi_geom::BoxNorm;
use roi_scenes::language::{self, About, Choosing, Pointing, Question, Topic};

use crate::draw::Draw;
use crate::formats::llava::{Detections, LlavaRecord, Message, ScoredBox, Speaker};
use crate::formats::regions::RegionRecord;
use crate::{DataError, POINT, POINT_BETWEEN, letter_prompt, open_prompt};

use super::{Drawn, Written, write_json};

/// What the four choices are called.
const CHOICE_LETTERS: [char; 4] = ['A', 'B', 'C', 'D'];

/// The files while they grow.
#[derive(Default)]
pub(super) struct RegionSets {
    llava: Vec<LlavaRecord>,
    detections: Vec<Detections>,
    regions: Vec<RegionRecord>,
    names: Vec<RegionRecord>,
    choices: Vec<RegionRecord>,
}

impl RegionSets {
    pub(super) fn add(&mut self, drawn: &Drawn<'_>) {
        let (mut about_boxes, about_all): (Vec<Question>, Vec<Question>) =
            language::questions(drawn.scene)
                .into_iter()
                .partition(|question| !question.regions.is_empty());
        about_boxes.extend(language::pointing(drawn.scene).into_iter().map(pointing));
        let mut draw = Draw::new([drawn.scene.seed, drawn.number, 0, 0]);
        draw.shuffle(&mut about_boxes);
        let things = language::choosing_things(drawn.scene);
        let among_four: Vec<Question> = things.into_iter().map(worded).collect();
        let mut about_boxes = conversations(about_boxes, &mut draw);
        about_boxes.push(among_four);
        about_boxes.retain(|questions| !questions.is_empty());
        for (index, questions) in (0..).zip(about_boxes) {
            self.regions.push(conversation(drawn, index, &questions));
        }
        let names = language::choosing_names(drawn.scene);
        self.names.push(choosing(drawn, names, IsBare::Always));
        let choices = language::choosing(drawn.scene);
        self.choices
            .push(choosing(drawn, choices, IsBare::HalfTheTime));
        let whole = LlavaRecord {
            id: format!("{:012}", drawn.number),
            image: drawn.file_name(),
            conversations: messages(about_all.into_iter().map(|q| (q.text, q.answer))),
        };
        self.llava.push(whole);
        self.detections.push(detections(drawn));
    }

    pub(super) fn write(&self, files: &Written) -> Result<(), DataError> {
        write_json(&files.llava, &self.llava)?;
        write_json(&files.detections, &self.detections)?;
        write_json(&files.regions, &self.regions)?;
        write_json(&files.names, &self.names)?;
        write_json(&files.choices, &self.choices)
    }
}

/// A question that is answered with one of the regions. It stands among the others: a model that only ever points in a
/// conversation, or never, goes on as it began.
fn pointing(asked: Pointing) -> Question {
    let tags = [1, 2, 3, 4].map(|number| format!("<region{number}>"));
    let choose = POINT.replace("{}", &tags.join(POINT_BETWEEN));
    Question {
        topic: Topic::Pointing,
        text: format!("{choose}{}", asked.question),
        answer: tags[asked.answer].clone(),
        regions: asked.choices.map(About::Object).to_vec(),
    }
}

/// Whether the letter of a choice comes without the words that it stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IsBare {
    Always,
    HalfTheTime,
}

/// Short choices about one or two things at a time.
fn choosing(drawn: &Drawn<'_>, mut asked: Vec<Choosing>, is_bare: IsBare) -> RegionRecord {
    /// As many as leave the tokens of a conversation below those of the others.
    const TURNS: usize = 12;
    let mut draw = Draw::new([drawn.scene.seed, drawn.number, 1, 0]);
    draw.shuffle(&mut asked);
    asked.truncate(TURNS);
    let questions: Vec<Question> = asked
        .into_iter()
        .map(|asked| lettered(asked, is_bare == IsBare::Always || draw.is_heads()))
        .collect();
    conversation(drawn, 0, &questions)
}

/// In the form in which VCR's answers are chosen. A letter alone says little of how it was found, so now and then it stands behind
/// the words that it stands for.
fn lettered(asked: Choosing, is_bare: bool) -> Question {
    let right = &asked.choices[asked.answer];
    let letter = CHOICE_LETTERS[asked.answer];
    Question {
        topic: Topic::Choice,
        text: letter_prompt(0, &asked.question, None, &asked.choices),
        answer: match is_bare {
            true => format!("({letter})"),
            false => format!("{right} ({letter})"),
        },
        regions: asked.objects.into_iter().map(About::Object).collect(),
    }
}

/// A choice of what the question lists, so it says the choices already.
fn worded(asked: Choosing) -> Question {
    Question {
        topic: Topic::Choice,
        text: open_prompt(0, &asked.question),
        answer: asked.choices[asked.answer].clone(),
        regions: asked.objects.into_iter().map(About::Object).collect(),
    }
}

/// Questions in conversations: one that asks what each thing is, one for its colour, one for its description, and one of what
/// is left, the first three filled up with that, too. A picture and its tokens cost a trainer as much as a dozen turns, so there
/// are many.
fn conversations(mut questions: Vec<Question>, draw: &mut Draw) -> Vec<Vec<Question>> {
    const TURNS: usize = 16;
    let mut about = |topic: Topic| -> Vec<Question> {
        questions
            .extract_if(.., |question| question.topic == topic)
            .collect()
    };
    let each = [Topic::Name, Topic::Colour, Topic::Description].map(&mut about);
    let mut others = questions;
    let mut conversations = Vec::new();
    for mut chosen in each.into_iter().chain([Vec::new()]) {
        chosen.truncate(TURNS);
        let n_fill = others.len().min(TURNS - chosen.len());
        // Spread among the others, whose own order is random. Either begins: what never stood at the beginning a model takes for
        // something else there, and most questions of a visitor do stand there.
        let begin = usize::from(draw.is_heads());
        for (index, question) in others.drain(..n_fill).enumerate() {
            chosen.insert((begin + 2 * index).min(chosen.len()), question);
        }
        conversations.push(chosen);
    }
    conversations
}

/// Puts questions one after another; a box keeps the number it was first given.
fn conversation(drawn: &Drawn<'_>, index: usize, questions: &[Question]) -> RegionRecord {
    let mut known: Vec<About> = Vec::new();
    let mut turns = Vec::new();
    for question in questions {
        // Not `<regionK>`: a number that is already replaced must not be taken for one that is not.
        let own = |text: &str| text.replace("<region", "<own");
        let (mut text, mut answer) = (own(&question.text), own(&question.answer));
        for (number, about) in (1..).zip(&question.regions) {
            let at = known.iter().position(|other| other == about);
            let at = at.unwrap_or_else(|| {
                known.push(*about);
                known.len() - 1
            });
            let own = format!("<own{number}>");
            text = text.replace(&own, &format!("<region{}>", at + 1));
            // An answer has no vectors: it calls a region by its number, as Visual-7W's do.
            answer = answer.replace(&own, &format!("region{}", at + 1));
        }
        turns.push((text, answer));
    }
    RegionRecord {
        id: format!("{:012}-{index}", drawn.number),
        image: drawn.file_name(),
        boxes: known
            .iter()
            .map(|about| about.bounds(drawn.scene))
            .collect(),
        conversations: messages(turns.into_iter()),
        topics: questions
            .iter()
            .map(|q| topic(q.topic).to_owned())
            .collect(),
    }
}

fn messages(turns: impl Iterator<Item = (String, String)>) -> Vec<Message> {
    let mut messages = Vec::new();
    for (question, answer) in turns {
        let picture = if messages.is_empty() { "<image>\n" } else { "" };
        messages.push(Message {
            from: Speaker::Human,
            value: format!("{picture}{question}"),
        });
        messages.push(Message {
            from: Speaker::Gpt,
            value: answer,
        });
    }
    messages
}

/// Every object as a detector that errs never would find it.
fn detections(drawn: &Drawn<'_>) -> Detections {
    let scene = drawn.scene;
    let found = scene.objects.iter().filter_map(|object| {
        let BoxNorm { x1, y1, x2, y2 } = object.bounds.normalised(scene.size).ok()?;
        let score = 1.0;
        Some((
            ScoredBox {
                x1,
                y1,
                x2,
                y2,
                score,
            },
            object.glyph,
        ))
    });
    let (pred_bboxes, labels) = found.unzip();
    Detections {
        filename: drawn.file_name(),
        pred_bboxes,
        labels,
    }
}

const fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Name => "name",
        Topic::Kind => "kind",
        Topic::Colour => "colour",
        Topic::Size => "size",
        Topic::Place => "place",
        Topic::Description => "description",
        Topic::Action => "action",
        Topic::Use => "use",
        Topic::Neighbour => "neighbour",
        Topic::Check => "check",
        Topic::Relation => "relation",
        Topic::Comparison => "comparison",
        Topic::Hidden => "hidden",
        Topic::Count => "count",
        Topic::Presence => "presence",
        Topic::Whole => "whole",
        Topic::Pointing => "pointing",
        Topic::Choice => "choice",
        Topic::Nothing => "nothing",
        Topic::Two => "two",
    }
}
