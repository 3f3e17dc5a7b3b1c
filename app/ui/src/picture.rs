//! Pictures for a lock that is opened without letters or digits: drawn by code, told apart by
//! shape alone, each with a word that a child knows.

use std::f32::consts::TAU;

use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, Vec2, vec2};

use crate::theme::Theme;
use crate::tokens::{PictureColors, Tokens};

/// A picture on a grid of 24 by 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its own name")]
pub enum Picture {
    Star,
    Moon,
    Sun,
    Cloud,
    Flower,
    Tree,
    Fish,
    Rabbit,
    Apple,
    House,
    Boat,
    Car,
    Umbrella,
    Ball,
    Book,
    Key,
}

/// What a part is filled with; its edge is the ink of text.
#[derive(Clone, Copy)]
enum Paint {
    Red,
    Orange,
    Yellow,
    Green,
    Blue,
    Pink,
    Brown,
    Plain,
}
use Paint::{Blue, Brown, Green, Orange, Pink, Plain, Red, Yellow};

/// A part of a picture; later ones lie on earlier ones.
enum Part {
    /// A shape whose whole edge is seen from the mean of its corners.
    Solid(Paint, &'static [(f32, f32)]),
    /// Ovals that are one shape: centre, half width and half height of each.
    Blob(Paint, &'static [(f32, f32, f32, f32)]),
    /// A moon's sickle: of two circles (centre and radius, and where on each it begins, in
    /// turns; it is the same above as below).
    Sickle(Paint, (f32, f32, f32, f32), (f32, f32, f32, f32)),
    /// An open line.
    Line(&'static [(f32, f32)]),
    /// Part of a circle: centre, radius, from and to in turns from the right, clockwise.
    Arc(f32, f32, f32, f32, f32),
    /// A dot of ink: centre and radius.
    Dot(f32, f32, f32),
}
use Part::{Arc, Blob, Dot, Line, Sickle, Solid};

/// Steps of a curve.
const STEPS: u8 = 32;

impl Picture {
    /// Every picture, in the fixed order of the grid.
    pub const ALL: [Self; 16] = [
        Self::Star,
        Self::Moon,
        Self::Sun,
        Self::Cloud,
        Self::Flower,
        Self::Tree,
        Self::Fish,
        Self::Rabbit,
        Self::Apple,
        Self::House,
        Self::Boat,
        Self::Car,
        Self::Umbrella,
        Self::Ball,
        Self::Book,
        Self::Key,
    ];

    /// The letter that stands for it in a secret, `a` to `p`.
    pub fn letter(self) -> char {
        char::from(b'a' + self as u8)
    }

    /// The picture of a letter.
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.letter() == letter)
    }

    /// The key of its word in the language files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Star => "picture-star",
            Self::Moon => "picture-moon",
            Self::Sun => "picture-sun",
            Self::Cloud => "picture-cloud",
            Self::Flower => "picture-flower",
            Self::Tree => "picture-tree",
            Self::Fish => "picture-fish",
            Self::Rabbit => "picture-rabbit",
            Self::Apple => "picture-apple",
            Self::House => "picture-house",
            Self::Boat => "picture-boat",
            Self::Car => "picture-car",
            Self::Umbrella => "picture-umbrella",
            Self::Ball => "picture-ball",
            Self::Book => "picture-book",
            Self::Key => "picture-key",
        }
    }

    /// Paints the picture, square, in the middle of `rect`.
    pub fn paint(self, painter: &Painter, rect: Rect, theme: &Theme) {
        let side = rect.width().min(rect.height());
        let brush = Brush {
            painter,
            origin: rect.center() - Vec2::splat(side / 2.0),
            scale: side / 24.0,
            edge: Stroke::new((side / 24.0).max(1.2), theme.color.text),
            plain: theme.color.surface,
            colors: Tokens::embedded().pictures,
        };
        for part in self.parts() {
            brush.part(part);
        }
    }

    fn parts(self) -> &'static [Part] {
        match self {
            Self::Star => &[Solid(
                Yellow,
                &[
                    (12.0, 2.1),
                    (14.6, 9.0),
                    (22.0, 9.4),
                    (16.2, 14.0),
                    (18.2, 21.1),
                    (12.0, 17.0),
                    (5.8, 21.1),
                    (7.8, 14.0),
                    (2.0, 9.4),
                    (9.4, 9.0),
                ],
            )],
            Self::Moon => &[Sickle(
                Yellow,
                (12.0, 12.0, 9.5, 0.15),
                (16.8, 12.0, 7.73, 0.2338),
            )],
            Self::Sun => &[
                Line(&[(12.0, 1.0), (12.0, 4.5)]),
                Line(&[(12.0, 19.5), (12.0, 23.0)]),
                Line(&[(1.0, 12.0), (4.5, 12.0)]),
                Line(&[(19.5, 12.0), (23.0, 12.0)]),
                Line(&[(4.2, 4.2), (6.7, 6.7)]),
                Line(&[(17.3, 17.3), (19.8, 19.8)]),
                Line(&[(4.2, 19.8), (6.7, 17.3)]),
                Line(&[(17.3, 6.7), (19.8, 4.2)]),
                Blob(Red, &[(12.0, 12.0, 5.6, 5.6)]),
            ],
            Self::Cloud => &[Blob(
                Plain,
                &[
                    (6.5, 14.0, 4.8, 4.4),
                    (11.5, 10.5, 5.6, 5.6),
                    (17.5, 13.6, 4.8, 4.8),
                    (12.0, 15.6, 8.0, 2.9),
                ],
            )],
            Self::Flower => &[
                Line(&[(12.0, 12.0), (12.0, 22.8)]),
                Solid(
                    Green,
                    &[(12.0, 20.6), (14.6, 17.4), (18.6, 17.0), (16.4, 20.2)],
                ),
                Blob(
                    Pink,
                    &[
                        (12.0, 4.6, 3.1, 3.1),
                        (16.4, 7.7, 3.1, 3.1),
                        (14.7, 12.7, 3.1, 3.1),
                        (9.3, 12.7, 3.1, 3.1),
                        (7.6, 7.7, 3.1, 3.1),
                    ],
                ),
                Blob(Yellow, &[(12.0, 9.0, 2.5, 2.5)]),
            ],
            Self::Tree => &[
                Solid(
                    Brown,
                    &[(10.2, 13.0), (13.8, 13.0), (14.4, 22.5), (9.6, 22.5)],
                ),
                Blob(
                    Green,
                    &[
                        (12.0, 6.2, 5.0, 4.8),
                        (7.4, 11.0, 4.6, 4.4),
                        (16.6, 11.0, 4.6, 4.4),
                        (12.0, 12.0, 4.6, 4.2),
                    ],
                ),
            ],
            Self::Fish => &[
                Solid(
                    Blue,
                    &[(15.5, 12.0), (22.5, 6.0), (20.8, 12.0), (22.5, 18.0)],
                ),
                Blob(Blue, &[(9.8, 12.0, 8.3, 5.9)]),
                Arc(6.8, 12.0, 4.6, -0.13, 0.13),
                Dot(5.6, 10.4, 1.2),
            ],
            Self::Rabbit => &[
                Blob(
                    Plain,
                    &[
                        (8.6, 6.4, 2.3, 5.6),
                        (15.4, 6.4, 2.3, 5.6),
                        (12.0, 15.8, 7.6, 6.6),
                    ],
                ),
                Dot(9.2, 14.6, 1.1),
                Dot(14.8, 14.6, 1.1),
                Solid(Pink, &[(10.8, 16.8), (13.2, 16.8), (12.0, 18.2)]),
                Line(&[(10.0, 20.0), (12.0, 18.4), (14.0, 20.0)]),
            ],
            Self::Apple => &[
                Blob(Red, &[(8.6, 14.4, 5.8, 7.0), (15.4, 14.4, 5.8, 7.0)]),
                Line(&[(12.0, 10.4), (12.4, 4.4)]),
                Solid(Green, &[(12.6, 6.6), (15.2, 2.8), (19.6, 2.6), (17.0, 6.4)]),
            ],
            Self::House => &[
                Solid(
                    Plain,
                    &[(4.6, 10.5), (19.4, 10.5), (19.4, 22.0), (4.6, 22.0)],
                ),
                Solid(Red, &[(12.0, 2.0), (22.5, 11.5), (1.5, 11.5)]),
                Solid(
                    Brown,
                    &[(9.8, 15.0), (14.2, 15.0), (14.2, 22.0), (9.8, 22.0)],
                ),
            ],
            Self::Boat => &[
                Line(&[(11.2, 16.0), (11.2, 1.8)]),
                Solid(Plain, &[(12.6, 3.2), (20.4, 14.0), (12.6, 14.0)]),
                Solid(Blue, &[(9.8, 5.8), (9.8, 14.0), (3.8, 14.0)]),
                Solid(
                    Brown,
                    &[(1.6, 16.0), (22.4, 16.0), (18.6, 22.0), (5.4, 22.0)],
                ),
            ],
            Self::Car => &[
                Solid(Plain, &[(5.0, 12.2), (8.0, 6.0), (16.0, 6.0), (19.0, 12.2)]),
                Line(&[(12.0, 6.0), (12.0, 12.2)]),
                Solid(
                    Orange,
                    &[(1.4, 12.2), (22.6, 12.2), (22.6, 18.0), (1.4, 18.0)],
                ),
                Blob(Plain, &[(6.8, 18.2, 2.9, 2.9)]),
                Blob(Plain, &[(17.2, 18.2, 2.9, 2.9)]),
                Dot(6.8, 18.2, 0.9),
                Dot(17.2, 18.2, 0.9),
            ],
            Self::Umbrella => &[
                Line(&[(12.0, 1.0), (12.0, 3.0)]),
                Line(&[(12.0, 10.0), (12.0, 20.4)]),
                Arc(14.2, 20.4, 2.2, 0.0, 0.5),
                Solid(
                    Blue,
                    &[
                        (2.0, 12.5),
                        (2.3, 9.9),
                        (3.3, 7.5),
                        (4.9, 5.4),
                        (7.0, 3.8),
                        (9.4, 2.8),
                        (12.0, 2.5),
                        (14.6, 2.8),
                        (17.0, 3.8),
                        (19.1, 5.4),
                        (20.7, 7.5),
                        (21.7, 9.9),
                        (22.0, 12.5),
                        (18.7, 10.9),
                        (15.3, 12.5),
                        (12.0, 10.9),
                        (8.7, 12.5),
                        (5.3, 10.9),
                    ],
                ),
                Line(&[(8.7, 12.5), (12.0, 2.5), (15.3, 12.5)]),
            ],
            Self::Ball => &[
                Blob(Orange, &[(12.0, 12.0, 10.0, 10.0)]),
                Line(&[(12.0, 2.0), (12.0, 22.0)]),
                Line(&[(2.0, 12.0), (22.0, 12.0)]),
                Arc(0.5, 12.0, 7.5, -0.17, 0.17),
                Arc(23.5, 12.0, 7.5, 0.33, 0.67),
            ],
            Self::Book => &[
                Solid(Blue, &[(0.9, 6.6), (23.1, 6.6), (23.1, 21.2), (0.9, 21.2)]),
                Solid(
                    Plain,
                    &[
                        (12.0, 6.4),
                        (8.0, 4.4),
                        (2.6, 4.6),
                        (2.6, 18.2),
                        (8.0, 18.0),
                        (12.0, 20.0),
                    ],
                ),
                Solid(
                    Plain,
                    &[
                        (12.0, 6.4),
                        (16.0, 4.4),
                        (21.4, 4.6),
                        (21.4, 18.2),
                        (16.0, 18.0),
                        (12.0, 20.0),
                    ],
                ),
                Line(&[(4.8, 9.0), (9.6, 9.4)]),
                Line(&[(4.8, 12.6), (9.6, 13.0)]),
                Line(&[(14.4, 9.4), (19.2, 9.0)]),
                Line(&[(14.4, 13.0), (19.2, 12.6)]),
            ],
            Self::Key => &[
                Solid(
                    Yellow,
                    &[(18.6, 12.0), (21.4, 12.0), (21.4, 17.4), (18.6, 17.4)],
                ),
                Solid(
                    Yellow,
                    &[(14.2, 12.0), (16.6, 12.0), (16.6, 16.2), (14.2, 16.2)],
                ),
                Solid(
                    Yellow,
                    &[(10.0, 10.6), (22.8, 10.6), (22.8, 13.4), (10.0, 13.4)],
                ),
                Blob(Yellow, &[(6.6, 12.0, 5.4, 5.4)]),
                Blob(Plain, &[(5.6, 12.0, 1.9, 1.9)]),
            ],
        }
    }
}

/// What a picture is painted with.
struct Brush<'a> {
    painter: &'a Painter,
    origin: Pos2,
    scale: f32,
    edge: Stroke,
    plain: Color32,
    colors: PictureColors,
}

impl Brush<'_> {
    fn part(&self, part: &Part) {
        match part {
            Solid(paint, list) => {
                let points: Vec<Pos2> = list.iter().map(|(x, y)| self.at(*x, *y)).collect();
                self.fan(&points, self.fill(*paint));
                self.painter.add(Shape::closed_line(points, self.edge));
            }
            Blob(paint, ovals) => {
                // Their edges first: what lies inside another one is painted over.
                for oval in *ovals {
                    let line = Shape::closed_line(self.oval(oval), self.edge);
                    self.painter.add(line);
                }
                let fill = self.fill(*paint);
                for (x, y, across, down) in *ovals {
                    let inset = self.edge.width / self.scale / 2.0;
                    let inner = self.oval(&(*x, *y, across - inset, down - inset));
                    let inner = Shape::convex_polygon(inner, fill, Stroke::NONE);
                    self.painter.add(inner);
                }
            }
            Sickle(paint, outer, inner) => {
                let [outer, inner] = [outer, inner].map(|(x, y, r, from)| {
                    let arc = self.arc(*x, *y, *r, *from, 1.0 - from);
                    arc.collect::<Vec<Pos2>>()
                });
                self.strip(&outer, &inner, self.fill(*paint));
                let around = outer.into_iter().chain(inner.into_iter().rev());
                let line = Shape::closed_line(around.collect(), self.edge);
                self.painter.add(line);
            }
            Line(list) => {
                let points = list.iter().map(|(x, y)| self.at(*x, *y)).collect();
                self.painter.add(Shape::line(points, self.edge));
            }
            Arc(x, y, r, from, to) => {
                let points = self.arc(*x, *y, *r, *from, *to).collect();
                self.painter.add(Shape::line(points, self.edge));
            }
            Dot(x, y, r) => {
                let radius = r * self.scale;
                self.painter
                    .circle_filled(self.at(*x, *y), radius, self.edge.color);
            }
        }
    }

    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.origin + vec2(x, y) * self.scale
    }

    fn arc(&self, x: f32, y: f32, r: f32, from: f32, to: f32) -> impl Iterator<Item = Pos2> {
        (0..=STEPS).map(move |step| {
            let turn = (from + (to - from) * f32::from(step) / f32::from(STEPS)) * TAU;
            self.at(x + r * turn.cos(), y + r * turn.sin())
        })
    }

    fn oval(&self, (x, y, across, down): &(f32, f32, f32, f32)) -> Vec<Pos2> {
        let points = (0..STEPS).map(|step| {
            let turn = f32::from(step) / f32::from(STEPS) * TAU;
            self.at(x + across * turn.cos(), y + down * turn.sin())
        });
        points.collect()
    }

    /// epaint fills convex shapes only, so others are a fan of triangles under their edge.
    fn fan(&self, points: &[Pos2], fill: Color32) {
        let add = |sum: Vec2, point: &Pos2| sum + point.to_vec2();
        let sum = points.iter().fold(Vec2::ZERO, add);
        let count = points.len() as u32;
        let mut mesh = Mesh::default();
        mesh.colored_vertex((sum / count.max(1) as f32).to_pos2(), fill);
        for point in points {
            mesh.colored_vertex(*point, fill);
        }
        for step in 0..count {
            mesh.add_triangle(0, step + 1, (step + 1) % count + 1);
        }
        self.painter.add(mesh);
    }

    /// What lies between two lines of as many points.
    fn strip(&self, one: &[Pos2], other: &[Pos2], fill: Color32) {
        let mut mesh = Mesh::default();
        for (a, b) in one.iter().zip(other) {
            mesh.colored_vertex(*a, fill);
            mesh.colored_vertex(*b, fill);
        }
        let pairs = one.len().min(other.len()) as u32;
        for step in 1..pairs {
            let at = 2 * step;
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
        self.painter.add(mesh);
    }

    fn fill(&self, paint: Paint) -> Color32 {
        match paint {
            Red => self.colors.red,
            Orange => self.colors.orange,
            Yellow => self.colors.yellow,
            Green => self.colors.green,
            Blue => self.colors.blue,
            Pink => self.colors.pink,
            Brown => self.colors.brown,
            Plain => self.plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};

    #[test]
    fn every_picture_has_a_letter_and_a_word_of_its_own() {
        let letters: String = Picture::ALL.into_iter().map(Picture::letter).collect();
        assert_eq!(letters, "abcdefghijklmnop");
        assert_eq!(Picture::of_letter('p'), Some(Picture::Key));
        assert_eq!(Picture::of_letter('q'), None);
        for language in Language::ALL {
            let words = Words::new(language, &[]);
            let mut names: Vec<String> = Picture::ALL
                .into_iter()
                .map(|picture| words.get(picture.key()))
                .collect();
            assert!(names.iter().all(|name| !name.starts_with("picture-")));
            names.sort();
            names.dedup();
            assert_eq!(names.len(), 16);
        }
    }
}
