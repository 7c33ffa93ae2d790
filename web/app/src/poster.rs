//! A conversation as one picture: the picture with its numbered boxes, and what was said beneath it. Always dark on light,
//! since it is read elsewhere.

use std::cell::RefCell;

use futures::channel::oneshot;
use leptos::prelude::*;
use roi_geom::{
    BoxPx,
    poster::{Layout, MARGIN, sharpness, wrap},
};
use roi_protocol::{RegionTag, region_tags, regions_named};
use roi_words::PosterTrouble;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use crate::{engine_link::error_text, palette, picture::Picture};

const PAPER: &str = "#fffefb";
const INK: &str = "#1e2226";
const SOFT: &str = "#5a6067";
const BUSY: &str = "#8a5a0a";
const FAMILY: &str = "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", sans-serif";

/// What is said beneath the picture, and how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    Question,
    Answer,
    /// That regions an answer speaks of have moved since.
    Moved,
    /// What the picture is and who answers.
    Caption,
}

impl Voice {
    fn font(self) -> String {
        match self {
            Self::Question => format!("600 15px {FAMILY}"),
            Self::Answer => format!("15px {FAMILY}"),
            Self::Moved | Self::Caption => format!("12px {FAMILY}"),
        }
    }

    fn line_height(self) -> f64 {
        match self {
            Self::Question | Self::Answer => 22.0,
            Self::Moved | Self::Caption => 18.0,
        }
    }

    /// The regions that it names.
    fn regions(self, line: &str) -> Vec<RegionTag> {
        match self {
            Self::Question => region_tags(line),
            Self::Answer => regions_named(line),
            Self::Moved | Self::Caption => Vec::new(),
        }
    }

    /// Room above it.
    fn gap(self) -> f64 {
        match self {
            Self::Question => 16.0,
            Self::Answer | Self::Moved => 4.0,
            Self::Caption => 14.0,
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Question | Self::Answer => INK,
            Self::Moved => BUSY,
            Self::Caption => SOFT,
        }
    }
}

/// A question and its answer, as they are said.
pub(crate) struct Said {
    pub(crate) question: String,
    pub(crate) answer: String,
    /// That regions it speaks of have moved since.
    pub(crate) moved: Option<String>,
}

/// Text of one voice, broken into lines.
struct Block {
    voice: Voice,
    lines: Vec<String>,
}

impl Block {
    fn height(&self) -> f64 {
        self.voice.gap() + self.voice.line_height() * self.lines.len() as f64
    }
}

/// Draws the poster of a conversation as a PNG file. `name` is what people call the picture.
///
/// # Errors
/// Why there is none.
pub(crate) async fn draw(
    picture: &Picture,
    name: &str,
    boxes: &[BoxPx],
    turns: &[Said],
    model: &str,
) -> Result<Blob, PosterTrouble> {
    let failed = |e: JsValue| PosterTrouble::NotDrawn(error_text(&e));
    let image = HtmlImageElement::new().map_err(failed)?;
    image.set_src(picture.url.as_str());
    JsFuture::from(image.decode()).await.map_err(failed)?;

    let canvas: HtmlCanvasElement = document()
        .create_element("canvas")
        .map_err(failed)?
        .unchecked_into();
    let context: CanvasRenderingContext2d = match canvas.get_context("2d").map_err(failed)? {
        Some(context) => context.unchecked_into(),
        None => return Err(PosterTrouble::NoCanvas),
    };
    let layout = Layout::of(picture.size);
    let caption = caption(picture, name, model);
    let blocks = blocks(&context, layout, turns, &caption).map_err(failed)?;
    let height = layout.picture_height + blocks.iter().map(Block::height).sum::<f64>();
    let (width, height) = (layout.width, height + 2.0 * MARGIN);
    let Some(ratio) = sharpness(width, height) else {
        return Err(PosterTrouble::TooLong);
    };
    canvas.set_width((width * ratio) as u32);
    canvas.set_height((height * ratio) as u32);
    // Resizing has reset everything that was set.
    context.scale(ratio, ratio).map_err(failed)?;
    context.set_fill_style_str(PAPER);
    context.fill_rect(0.0, 0.0, width, height);
    paint_picture(&context, layout, &image, boxes).map_err(failed)?;
    let mut top = MARGIN + layout.picture_height;
    for block in &blocks {
        paint_block(&context, block, top).map_err(failed)?;
        top += block.height();
    }
    png(&canvas).await
}

/// What the picture is and who answers.
fn caption(picture: &Picture, name: &str, model: &str) -> String {
    let size = picture.size;
    let mut caption = format!("{name}, {} × {} px", size.width, size.height);
    if !model.is_empty() {
        caption.push_str(&format!(" · {model}"));
    }
    caption
}

fn blocks(
    context: &CanvasRenderingContext2d,
    layout: Layout,
    turns: &[Said],
    caption: &str,
) -> Result<Vec<Block>, JsValue> {
    let said = turns.iter().flat_map(|said| {
        let moved = said.moved.as_deref().map(|moved| (Voice::Moved, moved));
        [
            (Voice::Question, said.question.as_str()),
            (Voice::Answer, said.answer.as_str()),
        ]
        .into_iter()
        .chain(moved)
    });
    let said = said.chain([(Voice::Caption, caption)]);
    let mut blocks = Vec::new();
    for (voice, text) in said {
        context.set_font(&voice.font());
        let measure = |line: &str| {
            context
                .measure_text(line)
                .map_or(f64::INFINITY, |metrics| metrics.width())
        };
        blocks.push(Block {
            voice,
            lines: wrap(text, layout.text_width, measure),
        });
    }
    Ok(blocks)
}

fn paint_picture(
    context: &CanvasRenderingContext2d,
    layout: Layout,
    image: &HtmlImageElement,
    boxes: &[BoxPx],
) -> Result<(), JsValue> {
    context.save();
    context.translate(layout.left, MARGIN)?;
    context.begin_path();
    context.rect(0.0, 0.0, layout.picture_width, layout.picture_height);
    context.clip();
    context.draw_image_with_html_image_element_and_dw_and_dh(
        image,
        0.0,
        0.0,
        layout.picture_width,
        layout.picture_height,
    )?;
    for (index, found) in boxes.iter().enumerate() {
        paint_box(context, layout, index, found.sorted())?;
    }
    context.restore();
    Ok(())
}

/// An outline with a light rim and the region's number, which stand out on any picture.
fn paint_box(
    context: &CanvasRenderingContext2d,
    layout: Layout,
    index: usize,
    found: BoxPx,
) -> Result<(), JsValue> {
    const LABEL_HEIGHT: f64 = 20.0;
    let colour = palette::colour(index);
    let [x1, y1, x2, y2] = <[f64; 4]>::from(found).map(|edge| edge * layout.scale);
    for (style, line) in [("rgba(255, 255, 255, 0.9)", 5.0), (colour, 2.5)] {
        context.set_stroke_style_str(style);
        context.set_line_width(line);
        context.stroke_rect(x1, y1, x2 - x1, y2 - y1);
    }
    let text = (index + 1).to_string();
    context.set_font(&format!("600 13px {FAMILY}"));
    context.set_text_align("center");
    context.set_text_baseline("middle");
    let width = context.measure_text(&text)?.width() + 12.0;
    let above = y1 - LABEL_HEIGHT;
    let top = if above >= 0.0 { above } else { y1.max(0.0) };
    let left = x1.clamp(0.0, (layout.picture_width - width).max(0.0));
    context.set_fill_style_str(colour);
    context.fill_rect(left, top, width, LABEL_HEIGHT);
    context.set_fill_style_str("#fff");
    context.fill_text(&text, left + width / 2.0, top + LABEL_HEIGHT / 2.0 + 0.5)
}

/// The lines of a block; regions that a question names have their colours.
fn paint_block(context: &CanvasRenderingContext2d, block: &Block, top: f64) -> Result<(), JsValue> {
    let voice = block.voice;
    context.set_font(&voice.font());
    context.set_text_align("left");
    context.set_text_baseline("middle");
    let mut middle = top + voice.gap() + voice.line_height() / 2.0;
    for line in &block.lines {
        let mut left = MARGIN;
        let mut paint = |text: &str, colour: &str| -> Result<(), JsValue> {
            context.set_fill_style_str(colour);
            context.fill_text(text, left, middle)?;
            left += context.measure_text(text)?.width();
            Ok(())
        };
        let mut end = 0;
        for tag in voice.regions(line) {
            paint(&line[end..tag.range.start], voice.colour())?;
            end = tag.range.end;
            let index = (tag.number as usize).saturating_sub(1);
            paint(&line[tag.range], palette::colour(index))?;
        }
        paint(&line[end..], voice.colour())?;
        middle += voice.line_height();
    }
    Ok(())
}

async fn png(canvas: &HtmlCanvasElement) -> Result<Blob, PosterTrouble> {
    let (sender, receiver) = oneshot::channel();
    let sender = RefCell::new(Some(sender));
    let done = Closure::<dyn FnMut(JsValue)>::new(move |made: JsValue| {
        if let Some(sender) = sender.borrow_mut().take() {
            sender.send(made).ok();
        }
    });
    canvas
        .to_blob(done.as_ref().unchecked_ref())
        .map_err(|_| PosterTrouble::TooLarge)?;
    let made = receiver.await.map_err(|_| PosterTrouble::TooLarge)?;
    made.dyn_into().map_err(|_| PosterTrouble::TooLarge)
}
