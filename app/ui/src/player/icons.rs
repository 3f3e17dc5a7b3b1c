//! The player's icons: two of everyone's, and those that only a player needs.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icon {
    Play,
    Pause,
    Again,
    Sound,
    Muted,
    Captions,
}

/// Draws an icon into a square around `center`, `size` points wide.
pub(super) fn draw(painter: &Painter, icon: Icon, center: Pos2, size: f32, ink: Color32) {
    let at = |x: f32, y: f32| center + vec2(x, y) * (size / 2.0);
    let area = |x0, y0, x1, y1| Rect::from_two_pos(at(x0, y0), at(x1, y1));
    let line = Stroke::new(size / 10.0, ink);
    let arc = |radius: f32, from: f32, to: f32, middle: Pos2| {
        let points = (0..=20).map(|step| {
            let angle = (from + (to - from) * step as f32 / 20.0).to_radians();
            middle + vec2(angle.cos(), angle.sin()) * radius * (size / 2.0)
        });
        Shape::line(points.collect(), line)
    };
    let shared = |icon: crate::Icon| {
        let square = Rect::from_center_size(center, egui::Vec2::splat(size * 1.3));
        icon.paint(painter, square, ink);
    };
    match icon {
        Icon::Play => shared(crate::Icon::Play),
        Icon::Pause => shared(crate::Icon::Pause),
        Icon::Again => {
            painter.add(arc(0.7, -60.0, 220.0, center));
            let points = vec![at(0.1, -1.05), at(0.7, -0.55), at(0.0, -0.2)];
            painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
        }
        Icon::Sound | Icon::Muted => {
            painter.rect_filled(area(-0.9, -0.3, -0.5, 0.3), 0.0, ink);
            let cone = vec![
                at(-0.55, -0.3),
                at(-0.05, -0.75),
                at(-0.05, 0.75),
                at(-0.55, 0.3),
            ];
            painter.add(Shape::convex_polygon(cone, ink, Stroke::NONE));
            if icon == Icon::Sound {
                painter.add(arc(0.35, -50.0, 50.0, at(0.0, 0.0)));
                painter.add(arc(0.75, -50.0, 50.0, at(0.0, 0.0)));
            } else {
                painter.line_segment([at(0.25, -0.35), at(0.9, 0.35)], line);
                painter.line_segment([at(0.9, -0.35), at(0.25, 0.35)], line);
            }
        }
        Icon::Captions => {
            let frame = area(-0.95, -0.7, 0.95, 0.7);
            painter.rect_stroke(frame, 3.0, line, egui::StrokeKind::Inside);
            painter.line_segment([at(-0.6, 0.05), at(0.1, 0.05)], line);
            painter.line_segment([at(0.3, 0.05), at(0.6, 0.05)], line);
            painter.line_segment([at(-0.6, 0.4), at(-0.3, 0.4)], line);
            painter.line_segment([at(-0.1, 0.4), at(0.6, 0.4)], line);
        }
    }
}

/// The rectangle of this aspect that fits best into `area`.
pub(super) fn fit(area: Rect, aspect: f32) -> Rect {
    let size = if area.width() > area.height() * aspect {
        vec2(area.height() * aspect, area.height())
    } else {
        vec2(area.width(), area.width() / aspect.max(0.01))
    };
    let corner = area.center() - size / 2.0;
    Rect::from_min_size(pos2(corner.x.round(), corner.y.round()), size.round())
}
