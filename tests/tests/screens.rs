//! Every screen of both windows: each thing that a person works with has a name and a role, stands
//! in the window, and is reached by the keyboard.

use hotaru_tests::Failure;
use hotaru_tests::scenes::{self, Camera, SIZE, Worn};
use hotaru_ui::look::Appearance;
use hotaru_ui::words::Language;

fn assert_sound(camera: &Camera, at_least: usize) {
    assert!(camera.count >= at_least, "{} screens only", camera.count);
    assert!(camera.faults.is_empty(), "{}", camera.faults.join("\n"));
}

#[test]
fn every_screen_is_named_and_worked_by_keyboard() -> Result<(), Failure> {
    let mut camera = Camera {
        by_keyboard: true,
        ..Camera::default()
    };
    let look = Worn::new(Appearance::Light, 100, Language::Japanese, SIZE);
    scenes::all(&mut camera, &[look])?;
    assert_sound(&camera, 60);
    Ok(())
}
