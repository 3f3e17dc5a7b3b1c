//! The player on the screen: picture, caption, controls.

use egui::{
    Align, Color32, Id, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::icons::{Icon, draw, fit};
use super::player::{Player, PlayerState};
use super::{Notice, controls, keys};
use crate::text::TextLine;
use crate::theme::{TextSize, Theme};
use crate::widget::{StatusLine, Tone};
use crate::words::Words;

/// The shape of the picture before it is known.
const ASPECT: f32 = 16.0 / 9.0;
/// Lets what lies under a caption through a little.
const PLATE: Color32 = Color32::from_black_alpha(210);

/// Shows a [`Player`]: the picture with its captions, and the controls.
///
/// The words come from [`Words::of`] (with [`PLAYER_SOURCES`](super::PLAYER_SOURCES)),
/// the look from [`Theme::of`]. Keys, where nothing else has the keyboard:
/// Space, ←, →, Home, End, M (sound), C (captions).
pub struct PlayerView<'a> {
    player: &'a mut Player,
    max_height: f32,
}

impl<'a> PlayerView<'a> {
    /// A view of this player, as wide as there is room.
    pub fn new(player: &'a mut Player) -> Self {
        Self {
            player,
            max_height: f32::INFINITY,
        }
    }

    /// The most height for picture and controls together, in points; the
    /// picture is never lower than 120.
    pub fn max_height(mut self, points: f32) -> Self {
        self.max_height = points;
        self
    }

    /// Draws it and does what is asked of it. The response is the picture's.
    pub fn show(self, ui: &mut Ui) -> Response {
        let Self { player, max_height } = self;
        let theme = Theme::of(ui.ctx());
        let words = Words::of(ui.ctx());
        let base = ui.scope_id().with("player");
        let ids = Ids {
            picture: base.with("picture"),
            seek: base.with("seek"),
        };
        player.update(ui.ctx());
        keys::handle(ui, player, &ids);

        let width = ui.available_width();
        let controls = theme.touch * 2.0 + theme.space.small * 3.0;
        let aspect = player.image().map_or(ASPECT, |image| {
            let [width, height] = image.size;
            width.max(1) as f32 / height.max(1) as f32
        });
        let height = (width / aspect)
            .min((max_height - controls).max(120.0))
            .round();
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let mut view = View {
            ui,
            player,
            theme: &theme,
            words: &words,
            ids: &ids,
        };
        let picture = view.picture(rect, aspect);
        if !matches!(view.player.state(), PlayerState::Failed(_)) {
            controls::show(view.ui, view.player, &ids);
        }
        view.notices();
        picture
    }
}

/// The ids of what holds the arrow keys.
pub(super) struct Ids {
    pub(super) picture: Id,
    pub(super) seek: Id,
}

struct View<'a> {
    ui: &'a mut Ui,
    player: &'a mut Player,
    theme: &'a Theme,
    words: &'a Words,
    ids: &'a Ids,
}

impl View<'_> {
    fn picture(&mut self, rect: Rect, aspect: f32) -> Response {
        let response = self.ui.interact(rect, self.ids.picture, Sense::click());
        let label = self.words.get("player-picture");
        response.widget_info(|| WidgetInfo::labeled(Role::Video, true, &label));
        if response.clicked() {
            self.player.toggle();
            response.request_focus();
        }
        keys::hold_arrows(self.ui, &response);

        let painter = self.ui.painter_at(rect.expand(4.0));
        painter.rect_filled(rect, self.theme.radius.medium, Color32::BLACK);
        let area = fit(rect, aspect);
        if let Some(texture) = self.player.texture(self.ui.ctx()) {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(texture.id(), area, uv, Color32::WHITE);
        }
        let caption = self.player.caption().map(str::to_owned);
        let mut free = area;
        if let Some(caption) = caption {
            free.set_bottom(self.plate(area, &caption, false).top());
        }
        match self.player.state() {
            PlayerState::Failed(error) => {
                self.plate(rect, &error.sentence(self.words), true);
            }
            PlayerState::Opening => {
                self.plate(free, &self.words.get("player-opening"), true);
            }
            PlayerState::Buffering => {
                self.plate(free, &self.words.get("player-waiting"), true);
            }
            PlayerState::Paused => self.badge(free, Icon::Play),
            PlayerState::Ended => self.badge(free, Icon::Again),
            PlayerState::Playing => {}
        }
        controls::focus_ring(self.ui, self.theme, &response);
        response
    }

    /// Words on a dark plate: in the middle of `area`, or at its foot. Where it is.
    fn plate(&self, area: Rect, text: &str, in_middle: bool) -> Rect {
        let inset = self.theme.space.small;
        let room = (area.width() - inset * 4.0).max(40.0);
        // A caption leaves most of a small picture free.
        let size = if in_middle || area.height() < self.theme.size(TextSize::Lead) * 12.0 {
            TextSize::Body
        } else {
            TextSize::Lead
        };
        let line = |align| TextLine::words(text).size(size).align(align);
        let width = line(Align::Min).lay_out(self.ui.ctx(), room).size.x;
        let words = line(Align::Center).lay_out(self.ui.ctx(), width.ceil());
        let size = words.size + Vec2::splat(inset * 2.0);
        let bottom = area.bottom() - inset - size.y / 2.0;
        let middle = if in_middle { area.center().y } else { bottom };
        let plate = Rect::from_center_size(pos2(area.center().x, middle), size);
        let painter = self.ui.painter_at(area);
        painter.rect_filled(plate, self.theme.radius.small, PLATE);
        words.paint(
            &painter,
            plate.min + Vec2::splat(inset),
            self.theme,
            Color32::WHITE,
        );
        let id = self
            .ids
            .picture
            .with(if in_middle { "state" } else { "caption" });
        let response = self.ui.interact(plate, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        plate
    }

    /// A large sign in the middle of what is free of the picture.
    fn badge(&self, free: Rect, icon: Icon) {
        let radius = (free.height() / 4.0).min(44.0);
        let painter = self.ui.painter_at(free);
        let edge = Stroke::new(2.0, Color32::WHITE);
        painter.circle(free.center(), radius - 1.0, PLATE, edge);
        draw(&painter, icon, free.center(), radius * 0.9, Color32::WHITE);
    }

    fn notices(&mut self) {
        let has_ended = self.player.state() == PlayerState::Ended;
        for notice in self.player.notices() {
            let is_of_end = matches!(notice, Notice::CutShort { .. } | Notice::PartMissing { .. });
            if is_of_end && !has_ended {
                continue;
            }
            StatusLine::new(Tone::Warn, &notice.sentence(self.words)).show(self.ui);
        }
    }
}
