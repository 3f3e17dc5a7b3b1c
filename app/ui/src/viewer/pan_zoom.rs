//! Zooming and moving over a picture: the same by wheel, fingers, keys and buttons.

use egui::{EventFilter, Key, Rect, Response, Ui, Vec2};

/// Which part of a picture is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PanZoom {
    /// 1 where the picture just fits, more where it is larger.
    pub zoom: f32,
    /// From the view's middle to the picture's, in points.
    pub offset: Vec2,
}

/// What the wheel does when no key is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wheel {
    /// Zooms at the pointer.
    Zooms,
    /// Moves the picture.
    Moves,
}

const MAX_ZOOM: f32 = 8.0;
const ZOOM_STEP: f32 = 1.25;
/// How far an arrow key moves, in parts of the view.
const MOVE_STEP: f32 = 0.15;

impl Default for PanZoom {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            offset: Vec2::ZERO,
        }
    }
}

impl PanZoom {
    pub(super) fn larger(&mut self) {
        self.zoom_at(ZOOM_STEP, Vec2::ZERO);
    }

    pub(super) fn smaller(&mut self) {
        self.zoom_at(1.0 / ZOOM_STEP, Vec2::ZERO);
    }

    pub(super) fn fit(&mut self) {
        *self = Self::default();
    }

    /// Where a picture of this shape lies in a view.
    pub(super) fn place(&self, view: Rect, picture: Vec2) -> Rect {
        let size = fitted(view, picture) * self.zoom;
        Rect::from_center_size(view.center() + self.offset, size)
    }

    /// Takes what the reader does with the picture in this frame.
    pub(super) fn update(&mut self, ui: &Ui, response: &Response, picture: Vec2, wheel: Wheel) {
        let view = response.rect;
        if response.dragged() {
            self.offset += response.drag_delta();
        }
        if response.contains_pointer() {
            let pointer = response
                .hover_pos()
                .map_or(Vec2::ZERO, |at| at - view.center());
            let (pinch, scroll) =
                ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
            if (pinch - 1.0).abs() > f32::EPSILON {
                self.zoom_at(pinch, pointer);
            } else if scroll != Vec2::ZERO {
                let before = *self;
                match wheel {
                    Wheel::Zooms => self.zoom_at((scroll.y / 200.0).exp(), pointer),
                    Wheel::Moves => self.offset += scroll,
                }
                self.keep_in(view, picture);
                // What the picture cannot use is left to the page around it.
                if *self != before {
                    ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
                }
            }
        }
        if response.has_focus() {
            self.keys(ui, response, view);
        }
        self.keep_in(view, picture);
    }

    fn keys(&mut self, ui: &Ui, response: &Response, view: Rect) {
        // While the picture is larger than its view the arrows are the picture's.
        let arrows = self.zoom > 1.0;
        let filter = EventFilter {
            horizontal_arrows: arrows,
            vertical_arrows: arrows,
            ..Default::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |keys: &[Key]| ui.input(|i| keys.iter().any(|key| i.key_pressed(*key)));
        if pressed(&[Key::Plus, Key::Equals]) {
            self.larger();
        }
        if pressed(&[Key::Minus]) {
            self.smaller();
        }
        if pressed(&[Key::Num0]) {
            self.fit();
        }
        if arrows {
            let step = view.size() * MOVE_STEP;
            let along = |back: Key, forth: Key| {
                f32::from(u8::from(pressed(&[back]))) - f32::from(u8::from(pressed(&[forth])))
            };
            self.offset.x += step.x * along(Key::ArrowLeft, Key::ArrowRight);
            self.offset.y += step.y * along(Key::ArrowUp, Key::ArrowDown);
        }
    }

    /// Zooms so that what is at `at` (from the view's middle) stays there.
    fn zoom_at(&mut self, factor: f32, at: Vec2) {
        let zoom = (self.zoom * factor).clamp(1.0, MAX_ZOOM);
        self.offset = at - (at - self.offset) * (zoom / self.zoom);
        self.zoom = zoom;
    }

    /// No edge of the picture comes further in than it must.
    fn keep_in(&mut self, view: Rect, picture: Vec2) {
        let spare = ((fitted(view, picture) * self.zoom - view.size()) / 2.0).max(Vec2::ZERO);
        self.offset = self.offset.clamp(-spare, spare);
    }
}

/// The size at which all of a picture is seen.
fn fitted(view: Rect, picture: Vec2) -> Vec2 {
    let picture = picture.max(Vec2::splat(1.0));
    picture * (view.width() / picture.x).min(view.height() / picture.y)
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    const VIEW: Rect = Rect {
        min: pos2(0.0, 0.0),
        max: pos2(400.0, 300.0),
    };

    #[test]
    fn zoom_keeps_the_point_under_the_pointer() {
        let mut seen = PanZoom::default();
        let at = vec2(100.0, -50.0);
        let picture_point = |seen: &PanZoom| (at - seen.offset) / seen.zoom;
        let before = picture_point(&seen);
        seen.zoom_at(3.0, at);
        assert!((picture_point(&seen) - before).length() < 1e-3);
        assert_eq!(seen.zoom, 3.0);
    }

    #[test]
    fn the_picture_stays_in_its_view() {
        let mut seen = PanZoom {
            zoom: 2.0,
            offset: vec2(9e9, -9e9),
        };
        seen.keep_in(VIEW, vec2(800.0, 600.0));
        assert_eq!(seen.offset, vec2(200.0, -150.0));
        seen.fit();
        seen.offset = vec2(10.0, 10.0);
        seen.keep_in(VIEW, vec2(800.0, 600.0));
        assert_eq!(seen.offset, Vec2::ZERO);
        assert_eq!(seen.place(VIEW, vec2(800.0, 600.0)), VIEW);
    }

    #[test]
    fn zoom_is_bounded() {
        let mut seen = PanZoom::default();
        (0..50).for_each(|_| seen.larger());
        assert_eq!(seen.zoom, MAX_ZOOM);
        (0..50).for_each(|_| seen.smaller());
        assert_eq!(seen.zoom, 1.0);
    }
}
