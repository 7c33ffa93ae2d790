//! Painting the boxes. Each outline has a light and a dark rim, so that it stands out on any
//! picture; positions are in CSS pixels, the canvas holds device pixels.

use leptos::logging;
use roi_geom::{BoxView, CanvasPx, CanvasRect, RoomSize};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::palette;

const HANDLE_SIDE: f64 = 8.0;
const LABEL_HEIGHT: f64 = 18.0;
/// How far an outline reaches over the box's edge.
const RIM: f64 = 3.0;
/// Length of each arm of the cross where a click began a box.
const CROSS_ARM: f64 = 9.0;

/// Clears the canvas, gives it the size of the surface, and paints the boxes in their order and the
/// corner where one was begun.
pub(crate) fn paint(
    canvas: &HtmlCanvasElement,
    area: RoomSize,
    boxes: &[BoxView],
    begun: Option<CanvasPx>,
    device_pixel_ratio: f64,
) {
    if let Err(error) = try_paint(canvas, area, boxes, begun, device_pixel_ratio) {
        logging::error!("the boxes could not be painted: {error:?}");
    }
}

fn try_paint(
    canvas: &HtmlCanvasElement,
    area: RoomSize,
    boxes: &[BoxView],
    begun: Option<CanvasPx>,
    device_pixel_ratio: f64,
) -> Result<(), JsValue> {
    let ratio = if device_pixel_ratio > 0.0 {
        device_pixel_ratio
    } else {
        1.0
    };
    let (width, height) = ((area.width * ratio).round(), (area.height * ratio).round());
    // Setting a size, even the same one, throws the canvas's memory away.
    if (canvas.width(), canvas.height()) != (width as u32, height as u32) {
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
    }
    let Some(context) = canvas.get_context("2d")? else {
        return Ok(());
    };
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)?;
    context.clear_rect(0.0, 0.0, area.width + 1.0, area.height + 1.0);
    let next = boxes.iter().filter(|b| b.index.is_some()).count();
    for found in boxes.iter().filter(|found| is_seen(found.outline, area)) {
        paint_box(&context, area, found, next)?;
    }
    if let Some(corner) = begun {
        paint_cross(&context, corner, palette::colour(next));
    }
    Ok(())
}

/// Whether any of a box or its rim lies on the surface.
fn is_seen(outline: CanvasRect, area: RoomSize) -> bool {
    let CanvasPx { x, y } = outline.corner;
    x - RIM < area.width
        && y - RIM < area.height
        && x + outline.width + RIM > 0.0
        && y + outline.height + RIM > 0.0
}

fn paint_box(
    context: &CanvasRenderingContext2d,
    area: RoomSize,
    found: &BoxView,
    next: usize,
) -> Result<(), JsValue> {
    let index = found.index.unwrap_or(next);
    let colour = palette::colour(index);
    let CanvasRect {
        corner,
        width,
        height,
    } = found.outline;
    let is_lit = found.is_selected || found.is_hovered || found.index.is_none();
    if is_lit {
        context.set_global_alpha(if found.is_hovered { 0.28 } else { 0.16 });
        context.set_fill_style_str(colour);
        context.fill_rect(corner.x, corner.y, width, height);
        context.set_global_alpha(1.0);
    }
    for (style, line) in [
        ("rgba(0, 0, 0, 0.45)", 5.0),
        ("rgba(255, 255, 255, 0.9)", 4.0),
    ] {
        context.set_stroke_style_str(style);
        context.set_line_width(if is_lit { line + 0.5 } else { line });
        context.stroke_rect(corner.x, corner.y, width, height);
    }
    context.set_stroke_style_str(colour);
    context.set_line_width(if is_lit { 2.5 } else { 2.0 });
    context.stroke_rect(corner.x, corner.y, width, height);
    paint_label(
        context,
        area,
        found.outline,
        colour,
        &(index + 1).to_string(),
    )?;
    for &handle in &found.handles {
        paint_handle(context, area, handle, colour);
    }
    Ok(())
}

/// The region's number: on top of the box's left corner where there is room, else inside.
fn paint_label(
    context: &CanvasRenderingContext2d,
    area: RoomSize,
    outline: CanvasRect,
    colour: &str,
    text: &str,
) -> Result<(), JsValue> {
    context.set_font("600 12px system-ui, sans-serif");
    context.set_text_align("center");
    context.set_text_baseline("middle");
    let width = context.measure_text(text)?.width() + 11.0;
    let above = outline.corner.y - LABEL_HEIGHT - 2.0;
    let top = if above >= 0.0 {
        above
    } else {
        outline.corner.y.max(0.0) + 3.0
    };
    let inset = if above >= 0.0 { -2.0 } else { 3.0 };
    let left = (outline.corner.x + inset).clamp(0.0, (area.width - width).max(0.0));
    context.begin_path();
    context.round_rect_with_f64(left, top, width, LABEL_HEIGHT, 4.0)?;
    context.set_fill_style_str(colour);
    context.fill();
    context.set_stroke_style_str("rgba(255, 255, 255, 0.9)");
    context.set_line_width(1.0);
    context.stroke();
    context.set_fill_style_str("#fff");
    context.fill_text(text, left + width / 2.0, top + LABEL_HEIGHT / 2.0 + 0.5)
}

/// A handle on the surface's rim is drawn just inside it, where it can be seen; one beyond is not.
fn paint_handle(context: &CanvasRenderingContext2d, area: RoomSize, at: CanvasPx, colour: &str) {
    let half = HANDLE_SIDE / 2.0;
    let is_beyond = |at: f64, extent: f64| at < -half || at > extent + half;
    if is_beyond(at.x, area.width) || is_beyond(at.y, area.height) {
        return;
    }
    let x = at.x.clamp(half, (area.width - half).max(half)) - half;
    let y = at.y.clamp(half, (area.height - half).max(half)) - half;
    context.set_fill_style_str("#fff");
    context.fill_rect(x, y, HANDLE_SIDE, HANDLE_SIDE);
    context.set_stroke_style_str(colour);
    context.set_line_width(2.0);
    context.stroke_rect(x + 1.0, y + 1.0, HANDLE_SIDE - 2.0, HANDLE_SIDE - 2.0);
}

fn paint_cross(context: &CanvasRenderingContext2d, at: CanvasPx, colour: &str) {
    for (style, line) in [("rgba(255, 255, 255, 0.9)", 5.0), (colour, 2.5)] {
        context.set_stroke_style_str(style);
        context.set_line_width(line);
        context.begin_path();
        context.move_to(at.x - CROSS_ARM, at.y);
        context.line_to(at.x + CROSS_ARM, at.y);
        context.move_to(at.x, at.y - CROSS_ARM);
        context.line_to(at.x, at.y + CROSS_ARM);
        context.stroke();
    }
}
