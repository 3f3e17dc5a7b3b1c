//! The disk stays near what is held, after broken syncs and lessons that were replaced.

use hotaru_tests::Failure;
use hotaru_tests::churn::{self, Sizes};

#[test]
fn a_profile_and_a_school_stay_near_what_they_hold() -> Result<(), Failure> {
    let sizes = Sizes::short();
    let report = churn::run(&sizes, &|line| println!("{line}"))?;
    println!("{report}");
    assert!(report.broken >= sizes.aborts && report.killed > 0);
    assert_eq!(report.over(), Vec::<&churn::Part>::new());
    Ok(())
}
