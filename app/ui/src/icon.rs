//! Icons, as strokes of our own: no font has to hold them, and they take any ink.

use std::f32::consts::TAU;

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

/// An icon on a grid of 24 by 24. It never stands alone: a word is beside it, or in its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its own name")]
pub enum Icon {
    Firefly,
    Today,
    Lessons,
    Drill,
    Note,
    Record,
    Notices,
    Settings,
    Give,
    Watch,
    Collect,
    Roster,
    Check,
    Cross,
    Info,
    Warning,
    Error,
    Wait,
    Sending,
    Receiving,
    Offline,
    Undo,
    Menu,
    Search,
    Plus,
    Minus,
    Fit,
    Previous,
    Next,
    Up,
    Down,
    Play,
    Pause,
    Text,
    Photo,
    Handout,
    Recording,
    Link,
    File,
    Device,
    Storage,
    Trash,
    Lock,
    Backspace,
}

/// A stroke of an icon.
enum Part {
    /// An open line through points.
    Line(&'static [(f32, f32)]),
    /// A closed outline.
    Outline(&'static [(f32, f32)]),
    /// A filled convex shape.
    Fill(&'static [(f32, f32)]),
    /// A circle: centre and radius.
    Circle(f32, f32, f32),
    /// A filled circle.
    Dot(f32, f32, f32),
    /// Part of a circle: centre, radius, from and to in turns from the right, clockwise.
    Arc(f32, f32, f32, f32, f32),
}
use Part::{Arc, Circle, Dot, Fill, Line, Outline};

impl Icon {
    /// Every icon.
    pub const ALL: [Self; 44] = [
        Self::Firefly,
        Self::Today,
        Self::Lessons,
        Self::Drill,
        Self::Note,
        Self::Record,
        Self::Notices,
        Self::Settings,
        Self::Give,
        Self::Watch,
        Self::Collect,
        Self::Roster,
        Self::Check,
        Self::Cross,
        Self::Info,
        Self::Warning,
        Self::Error,
        Self::Wait,
        Self::Sending,
        Self::Receiving,
        Self::Offline,
        Self::Undo,
        Self::Menu,
        Self::Search,
        Self::Plus,
        Self::Minus,
        Self::Fit,
        Self::Previous,
        Self::Next,
        Self::Up,
        Self::Down,
        Self::Play,
        Self::Pause,
        Self::Text,
        Self::Photo,
        Self::Handout,
        Self::Recording,
        Self::Link,
        Self::File,
        Self::Device,
        Self::Storage,
        Self::Trash,
        Self::Lock,
        Self::Backspace,
    ];

    /// Paints the icon, square, in the middle of `rect`.
    pub fn paint(self, painter: &Painter, rect: Rect, ink: Color32) {
        let side = rect.width().min(rect.height());
        let scale = side / 24.0;
        let origin = rect.center() - Vec2::splat(side / 2.0);
        let at = |(x, y): &(f32, f32)| origin + vec2(*x, *y) * scale;
        let points = |list: &[(f32, f32)]| list.iter().map(at).collect::<Vec<Pos2>>();
        let stroke = Stroke::new((1.8 * scale).max(1.2), ink);
        for part in self.parts() {
            painter.add(match part {
                Line(list) => Shape::line(points(list), stroke),
                Outline(list) => Shape::closed_line(points(list), stroke),
                Fill(list) => Shape::convex_polygon(points(list), ink, Stroke::NONE),
                Circle(x, y, r) => Shape::circle_stroke(at(&(*x, *y)), r * scale, stroke),
                Dot(x, y, r) => Shape::circle_filled(at(&(*x, *y)), r * scale, ink),
                Arc(x, y, r, from, to) => {
                    let on = |step: u8| {
                        let turn = (from + (to - from) * f32::from(step) / 24.0) * TAU;
                        at(&(x + r * turn.cos(), y + r * turn.sin()))
                    };
                    Shape::line((0..=24).map(on).collect(), stroke)
                }
            });
        }
    }

    fn parts(self) -> &'static [Part] {
        match self {
            Self::Firefly => &[
                Circle(12.0, 4.8, 1.9),
                Outline(&[
                    (11.2, 8.0),
                    (5.5, 4.8),
                    (3.2, 8.2),
                    (4.6, 12.0),
                    (10.8, 12.2),
                ]),
                Outline(&[
                    (12.8, 8.0),
                    (18.5, 4.8),
                    (20.8, 8.2),
                    (19.4, 12.0),
                    (13.2, 12.2),
                ]),
                Dot(12.0, 16.2, 3.6),
                Line(&[(6.6, 16.8), (4.2, 17.6)]),
                Line(&[(17.4, 16.8), (19.8, 17.6)]),
                Line(&[(8.4, 20.6), (7.0, 22.6)]),
                Line(&[(15.6, 20.6), (17.0, 22.6)]),
            ],
            Self::Today => &[
                Circle(12.0, 12.0, 4.2),
                Line(&[(12.0, 2.5), (12.0, 5.0)]),
                Line(&[(12.0, 19.0), (12.0, 21.5)]),
                Line(&[(2.5, 12.0), (5.0, 12.0)]),
                Line(&[(19.0, 12.0), (21.5, 12.0)]),
                Line(&[(5.3, 5.3), (7.0, 7.0)]),
                Line(&[(17.0, 17.0), (18.7, 18.7)]),
                Line(&[(5.3, 18.7), (7.0, 17.0)]),
                Line(&[(17.0, 7.0), (18.7, 5.3)]),
            ],
            Self::Lessons => &[
                Line(&[
                    (12.0, 7.0),
                    (9.5, 5.3),
                    (6.5, 4.8),
                    (3.0, 5.0),
                    (3.0, 18.0),
                    (7.0, 18.0),
                    (10.0, 18.8),
                    (12.0, 20.0),
                ]),
                Line(&[
                    (12.0, 7.0),
                    (14.5, 5.3),
                    (17.5, 4.8),
                    (21.0, 5.0),
                    (21.0, 18.0),
                    (17.0, 18.0),
                    (14.0, 18.8),
                    (12.0, 20.0),
                ]),
                Line(&[(12.0, 7.0), (12.0, 20.0)]),
            ],
            Self::Drill => &[
                Outline(&[
                    (4.0, 20.0),
                    (5.2, 15.2),
                    (16.5, 4.0),
                    (20.0, 7.5),
                    (8.8, 18.8),
                ]),
                Line(&[(14.0, 6.5), (17.5, 10.0)]),
            ],
            Self::Note => &[
                Outline(&[(5.0, 3.5), (19.0, 3.5), (19.0, 20.5), (5.0, 20.5)]),
                Line(&[(9.0, 3.5), (9.0, 20.5)]),
                Line(&[(12.0, 8.5), (16.0, 8.5)]),
                Line(&[(12.0, 12.5), (16.0, 12.5)]),
            ],
            Self::Record => &[
                Line(&[(4.0, 20.0), (20.5, 20.0)]),
                Line(&[(6.5, 16.5), (6.5, 12.0)]),
                Line(&[(12.0, 16.5), (12.0, 5.0)]),
                Line(&[(17.5, 16.5), (17.5, 9.0)]),
            ],
            Self::Notices => &[
                Line(&[
                    (4.0, 17.0),
                    (6.0, 14.5),
                    (6.0, 10.0),
                    (7.5, 6.8),
                    (12.0, 5.0),
                    (16.5, 6.8),
                    (18.0, 10.0),
                    (18.0, 14.5),
                    (20.0, 17.0),
                    (4.0, 17.0),
                ]),
                Line(&[(12.0, 5.0), (12.0, 3.0)]),
                Arc(12.0, 17.5, 2.6, 0.06, 0.44),
            ],
            Self::Settings => &[
                Line(&[(3.5, 7.0), (12.0, 7.0)]),
                Circle(14.7, 7.0, 2.5),
                Line(&[(17.4, 7.0), (20.5, 7.0)]),
                Line(&[(3.5, 17.0), (6.2, 17.0)]),
                Circle(8.9, 17.0, 2.5),
                Line(&[(11.6, 17.0), (20.5, 17.0)]),
            ],
            Self::Give => &[
                Outline(&[(3.0, 11.5), (21.0, 3.5), (14.5, 20.5), (11.0, 14.0)]),
                Line(&[(11.0, 14.0), (21.0, 3.5)]),
            ],
            Self::Watch => &[
                Line(&[
                    (2.0, 12.0),
                    (5.5, 8.0),
                    (9.0, 6.0),
                    (12.0, 5.5),
                    (15.0, 6.0),
                    (18.5, 8.0),
                    (22.0, 12.0),
                    (18.5, 16.0),
                    (15.0, 18.0),
                    (12.0, 18.5),
                    (9.0, 18.0),
                    (5.5, 16.0),
                    (2.0, 12.0),
                ]),
                Circle(12.0, 12.0, 3.0),
            ],
            Self::Collect => &[
                Line(&[
                    (3.5, 13.0),
                    (3.5, 19.5),
                    (20.5, 19.5),
                    (20.5, 13.0),
                    (15.5, 13.0),
                    (14.0, 15.5),
                    (10.0, 15.5),
                    (8.5, 13.0),
                    (3.5, 13.0),
                ]),
                Line(&[(12.0, 3.0), (12.0, 11.0)]),
                Line(&[(8.8, 8.0), (12.0, 11.2), (15.2, 8.0)]),
            ],
            Self::Roster => &[
                Circle(9.0, 8.0, 3.5),
                Arc(9.0, 20.0, 6.3, 0.5, 1.0),
                Arc(16.0, 8.5, 3.0, 0.7, 1.25),
                Arc(16.0, 20.0, 5.6, 0.8, 1.0),
            ],
            Self::Check => &[Line(&[(4.5, 12.5), (10.0, 18.0), (19.5, 6.5)])],
            Self::Cross => &[
                Line(&[(6.0, 6.0), (18.0, 18.0)]),
                Line(&[(18.0, 6.0), (6.0, 18.0)]),
            ],
            Self::Info => &[
                Circle(12.0, 12.0, 9.0),
                Line(&[(12.0, 11.0), (12.0, 17.0)]),
                Dot(12.0, 7.6, 1.3),
            ],
            Self::Warning => &[
                Outline(&[(12.0, 3.0), (22.0, 20.5), (2.0, 20.5)]),
                Line(&[(12.0, 9.5), (12.0, 14.5)]),
                Dot(12.0, 17.5, 1.2),
            ],
            Self::Error => &[
                Outline(&[
                    (8.2, 3.0),
                    (15.8, 3.0),
                    (21.0, 8.2),
                    (21.0, 15.8),
                    (15.8, 21.0),
                    (8.2, 21.0),
                    (3.0, 15.8),
                    (3.0, 8.2),
                ]),
                Line(&[(12.0, 7.0), (12.0, 13.0)]),
                Dot(12.0, 16.7, 1.3),
            ],
            Self::Wait => &[
                Circle(12.0, 12.0, 9.0),
                Line(&[(12.0, 6.5), (12.0, 12.0), (15.8, 14.5)]),
            ],
            Self::Sending => &[
                Line(&[(12.0, 20.0), (12.0, 4.5)]),
                Line(&[(6.0, 10.5), (12.0, 4.5), (18.0, 10.5)]),
            ],
            Self::Receiving => &[
                Line(&[(12.0, 3.5), (12.0, 16.5)]),
                Line(&[(6.5, 11.0), (12.0, 16.5), (17.5, 11.0)]),
                Line(&[(4.5, 20.5), (19.5, 20.5)]),
            ],
            Self::Offline => &[
                Arc(12.0, 18.0, 5.0, 0.6, 0.9),
                Arc(12.0, 18.0, 9.5, 0.6, 0.9),
                Arc(12.0, 18.0, 14.0, 0.6, 0.9),
                Dot(12.0, 18.5, 1.6),
                Line(&[(4.5, 3.0), (19.5, 21.0)]),
            ],
            Self::Undo => &[
                Line(&[(8.0, 4.0), (4.0, 8.5), (8.5, 12.5)]),
                Line(&[(4.0, 8.5), (14.0, 8.5)]),
                Arc(14.0, 13.7, 5.2, 0.75, 1.25),
                Line(&[(14.0, 18.9), (8.0, 18.9)]),
            ],
            Self::Menu => &[
                Line(&[(4.0, 6.5), (20.0, 6.5)]),
                Line(&[(4.0, 12.0), (20.0, 12.0)]),
                Line(&[(4.0, 17.5), (20.0, 17.5)]),
            ],
            Self::Search => &[Circle(10.5, 10.5, 6.5), Line(&[(15.3, 15.3), (20.5, 20.5)])],
            Self::Plus => &[
                Line(&[(12.0, 4.5), (12.0, 19.5)]),
                Line(&[(4.5, 12.0), (19.5, 12.0)]),
            ],
            Self::Minus => &[Line(&[(4.5, 12.0), (19.5, 12.0)])],
            Self::Fit => &[
                Line(&[(4.0, 9.0), (4.0, 4.0), (9.0, 4.0)]),
                Line(&[(15.0, 4.0), (20.0, 4.0), (20.0, 9.0)]),
                Line(&[(20.0, 15.0), (20.0, 20.0), (15.0, 20.0)]),
                Line(&[(9.0, 20.0), (4.0, 20.0), (4.0, 15.0)]),
            ],
            Self::Previous => &[Line(&[(15.0, 4.5), (7.5, 12.0), (15.0, 19.5)])],
            Self::Next => &[Line(&[(9.0, 4.5), (16.5, 12.0), (9.0, 19.5)])],
            Self::Up => &[Line(&[(4.5, 15.0), (12.0, 7.5), (19.5, 15.0)])],
            Self::Down => &[Line(&[(4.5, 9.0), (12.0, 16.5), (19.5, 9.0)])],
            Self::Play => &[Fill(&[(7.0, 4.0), (20.0, 12.0), (7.0, 20.0)])],
            Self::Pause => &[
                Fill(&[(6.0, 4.5), (10.0, 4.5), (10.0, 19.5), (6.0, 19.5)]),
                Fill(&[(14.0, 4.5), (18.0, 4.5), (18.0, 19.5), (14.0, 19.5)]),
            ],
            Self::Text => &[
                Line(&[(4.0, 6.0), (20.0, 6.0)]),
                Line(&[(4.0, 10.5), (20.0, 10.5)]),
                Line(&[(4.0, 15.0), (20.0, 15.0)]),
                Line(&[(4.0, 19.5), (13.0, 19.5)]),
            ],
            Self::Photo => &[
                Outline(&[(3.0, 5.0), (21.0, 5.0), (21.0, 19.0), (3.0, 19.0)]),
                Circle(8.0, 9.7, 1.7),
                Line(&[
                    (3.0, 17.0),
                    (9.5, 12.5),
                    (13.0, 15.5),
                    (16.5, 11.5),
                    (21.0, 16.0),
                ]),
            ],
            Self::Handout => &[
                Outline(&[
                    (5.5, 3.0),
                    (14.5, 3.0),
                    (18.5, 7.0),
                    (18.5, 21.0),
                    (5.5, 21.0),
                ]),
                Line(&[(14.5, 3.0), (14.5, 7.0), (18.5, 7.0)]),
                Line(&[(9.0, 12.0), (15.0, 12.0)]),
                Line(&[(9.0, 16.0), (15.0, 16.0)]),
            ],
            Self::Recording => &[
                Outline(&[(2.5, 6.0), (15.5, 6.0), (15.5, 18.0), (2.5, 18.0)]),
                Outline(&[(15.5, 11.0), (21.5, 7.5), (21.5, 16.5), (15.5, 13.0)]),
            ],
            Self::Link => &[
                Line(&[
                    (10.5, 6.0),
                    (5.0, 6.0),
                    (5.0, 19.0),
                    (18.0, 19.0),
                    (18.0, 13.5),
                ]),
                Line(&[(13.5, 4.5), (19.5, 4.5), (19.5, 10.5)]),
                Line(&[(19.5, 4.5), (11.0, 13.0)]),
            ],
            Self::File => &[
                Outline(&[
                    (5.5, 3.0),
                    (14.5, 3.0),
                    (18.5, 7.0),
                    (18.5, 21.0),
                    (5.5, 21.0),
                ]),
                Line(&[(14.5, 3.0), (14.5, 7.0), (18.5, 7.0)]),
            ],
            Self::Device => &[
                Outline(&[(4.0, 5.0), (20.0, 5.0), (20.0, 15.5), (4.0, 15.5)]),
                Line(&[(2.0, 19.0), (22.0, 19.0)]),
            ],
            Self::Storage => &[
                Outline(&[(3.5, 4.5), (20.5, 4.5), (20.5, 11.0), (3.5, 11.0)]),
                Outline(&[(3.5, 13.0), (20.5, 13.0), (20.5, 19.5), (3.5, 19.5)]),
                Dot(7.2, 7.8, 1.2),
                Dot(7.2, 16.2, 1.2),
            ],
            Self::Trash => &[
                Line(&[(4.0, 6.5), (20.0, 6.5)]),
                Line(&[(9.0, 6.0), (9.0, 3.5), (15.0, 3.5), (15.0, 6.0)]),
                Line(&[(6.0, 6.5), (7.0, 20.5), (17.0, 20.5), (18.0, 6.5)]),
                Line(&[(10.0, 10.5), (10.3, 16.5)]),
                Line(&[(14.0, 10.5), (13.7, 16.5)]),
            ],
            Self::Lock => &[
                Outline(&[(5.0, 11.0), (19.0, 11.0), (19.0, 20.5), (5.0, 20.5)]),
                Line(&[(8.0, 11.0), (8.0, 7.5)]),
                Arc(12.0, 7.5, 4.0, 0.5, 1.0),
                Line(&[(16.0, 7.5), (16.0, 11.0)]),
                Dot(12.0, 15.2, 1.5),
            ],
            Self::Backspace => &[
                Outline(&[
                    (8.5, 5.5),
                    (21.5, 5.5),
                    (21.5, 18.5),
                    (8.5, 18.5),
                    (2.5, 12.0),
                ]),
                Line(&[(11.5, 9.0), (17.5, 15.0)]),
                Line(&[(17.5, 9.0), (11.5, 15.0)]),
            ],
        }
    }
}

/// Paints the mark of a subject in the middle of `rect`, with a thin edge in `edge` so that
/// light colours stand out on paper.
pub fn paint_mark(painter: &Painter, rect: Rect, mark: crate::tokens::SubjectMark, edge: Color32) {
    use crate::tokens::Shape as Mark;
    let side = rect.width().min(rect.height());
    let center = rect.center();
    let at = |x: f32, y: f32| pos2(center.x + x * side / 2.0, center.y + y * side / 2.0);
    let stroke = Stroke::new((side / 16.0).max(1.0), edge);
    let around = |corners: u8, inner: f32| {
        let steps = if inner < 1.0 { corners * 2 } else { corners };
        (0..steps)
            .map(|step| {
                let radius = if inner < 1.0 && step % 2 == 1 {
                    inner
                } else {
                    1.0
                };
                let turn = (f32::from(step) / f32::from(steps) - 0.25) * TAU;
                at(radius * turn.cos(), radius * turn.sin())
            })
            .collect::<Vec<Pos2>>()
    };
    let polygon = |points: Vec<Pos2>| {
        painter.add(Shape::convex_polygon(points, mark.color, stroke));
    };
    // epaint fills convex shapes only, so a concave one is a fan of triangles and an outline.
    let fan = |points: Vec<Pos2>| {
        let mut mesh = egui::Mesh::default();
        mesh.colored_vertex(center, mark.color);
        points
            .iter()
            .for_each(|point| mesh.colored_vertex(*point, mark.color));
        let count = points.len() as u32;
        (0..count).for_each(|step| mesh.add_triangle(0, step + 1, (step + 1) % count + 1));
        painter.add(mesh);
        painter.add(Shape::closed_line(points, stroke));
    };
    match mark.shape {
        Mark::Circle => {
            painter.circle(center, side * 0.45, mark.color, stroke);
        }
        Mark::Ring => {
            painter.circle_stroke(center, side * 0.35, Stroke::new(side * 0.24, edge));
            painter.circle_stroke(center, side * 0.35, Stroke::new(side * 0.17, mark.color));
        }
        Mark::Square => polygon(vec![
            at(-0.8, -0.8),
            at(0.8, -0.8),
            at(0.8, 0.8),
            at(-0.8, 0.8),
        ]),
        Mark::Diamond => polygon(around(4, 1.0)),
        Mark::Triangle => polygon(vec![at(0.0, -0.9), at(0.95, 0.8), at(-0.95, 0.8)]),
        Mark::Star => fan(around(5, 0.45)),
        Mark::Pentagon => polygon(around(5, 1.0)),
        Mark::Hexagon => polygon(around(6, 1.0)),
        Mark::House => polygon(vec![
            at(0.0, -0.95),
            at(0.9, -0.1),
            at(0.9, 0.85),
            at(-0.9, 0.85),
            at(-0.9, -0.1),
        ]),
        Mark::Bar => polygon(vec![
            at(-0.9, -0.3),
            at(0.9, -0.3),
            at(0.9, 0.3),
            at(-0.9, 0.3),
        ]),
        Mark::Drop => {
            let round = (0..=16).map(|step| {
                let turn = (-0.07 + 0.64 * f32::from(step as u8) / 16.0) * TAU;
                at(0.65 * turn.cos(), 0.3 + 0.65 * turn.sin())
            });
            fan(std::iter::once(at(0.0, -1.0)).chain(round).collect());
        }
        Mark::Heart => {
            let point = |step: u8| {
                let turn = f32::from(step) / 32.0 * TAU;
                let (sin, cos) = turn.sin_cos();
                let y = 13.0 * cos
                    - 5.0 * (2.0 * turn).cos()
                    - 2.0 * (3.0 * turn).cos()
                    - (4.0 * turn).cos();
                at(sin.powi(3) * 0.95, -y / 17.0 - 0.05)
            };
            fan((0..32).map(point).collect());
        }
        Mark::Plus => {
            let (a, b) = (0.3, 0.9);
            fan(vec![
                at(-a, -b),
                at(a, -b),
                at(a, -a),
                at(b, -a),
                at(b, a),
                at(a, a),
                at(a, b),
                at(-a, b),
                at(-a, a),
                at(-b, a),
                at(-b, -a),
                at(-a, -a),
            ]);
        }
    }
}
