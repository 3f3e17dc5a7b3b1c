//! One content in every look.

use egui::Ui;
use egui_kittest::SnapshotResults;
use hotaru_ui::Mode;

use crate::common::harness;

/// Pictures of some content: light, dark, and light at 200 % (twice as high).
pub fn shoot(name: &str, size: [f32; 2], content: impl Fn(&mut Ui)) {
    let mut results = SnapshotResults::new();
    let looks = [
        ("light", Mode::Light, 1.0, size),
        ("dark", Mode::Dark, 1.0, size),
        ("large", Mode::Light, 2.0, [size[0], size[1] * 2.2]),
    ];
    for (look, mode, scale, size) in looks {
        let mut harness = harness(size, mode, scale, |ui| content(ui));
        harness.run();
        harness.snapshot(format!("{name}_{look}"));
        results.extend_harness(&mut harness);
    }
}
