use super::*;

fn show(code: &str, value: f64) -> String {
    NumberFormat::parse(code).show(value, Epoch::Of1900)
}

#[test]
fn general_shows_the_digits_that_excel_keeps() {
    let shown = [
        (0.1 + 0.2, "0.3"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.0 / 3.0, "0.333333333333333"),
        (4_006_381_333_931.0, "4006381333931"),
        (-1234.5, "-1234.5"),
        (0.00001, "0.00001"),
        (1e-12, "1E-12"),
        (6.02e23, "6.02E+23"),
        (123_456_789_012_345_680.0, "123456789012346000"),
    ];

    for (value, text) in shown {
        assert_eq!(show("General", value), text);
    }
}

#[test]
fn digits_stand_where_the_format_has_them() {
    let shown = [
        ("0.00", 1.005, "1.01"),
        ("0.00", 2.0, "2.00"),
        ("0", 0.4, "0"),
        ("0", 1234.5, "1235"),
        ("00000", 42.0, "00042"),
        ("#,##0", 1_234_567.0, "1,234,567"),
        ("#,##0", 0.0, "0"),
        ("#,##0.00", 999.999, "1,000.00"),
        ("#,###", 0.0, ""),
        ("0.##", 5.0, "5."),
        ("0.0#", 1.25, "1.25"),
        ("#.00", 0.5, ".50"),
        (".00", 12.5, "12.50"),
        ("000-00-0000", 123_456_789.0, "123-45-6789"),
        ("(000) 000-0000", 5_551_234_567.0, "(555) 123-4567"),
        ("0,", 1_500_000.0, "1500"),
        ("0.0,,\" M\"", 12_500_000.0, "12.5 M"),
        ("0%", 0.256, "26%"),
        ("0.0%", 0.0005, "0.1%"),
        ("0.00E+00", 12345.0, "1.23E+04"),
        ("0.00E+00", 0.00099999, "1.00E-03"),
        ("0.0E-0", 12345.0, "1.2E4"),
        ("##0.0E+0", 12345.0, "12.3E+3"),
        ("# ?/?", 1.75, "1 3/4"),
        ("# ?/?", 2.0, "2"),
        ("# ??/??", 0.34, "17/50"),
        ("# ?/8", 0.5, "4/8"),
        ("?/?", 1.5, "3/2"),
    ];

    for (code, value, text) in shown {
        assert_eq!(show(code, value), text, "{code}");
    }
}

#[test]
fn sections_are_for_signs_conditions_and_text() {
    let accounting = "_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)";

    assert_eq!(show(accounting, 1234.5), "$1,234.50");
    assert_eq!(show(accounting, -5.0), "$(5.00)");
    assert_eq!(show(accounting, 0.0), "$-");
    assert_eq!(show("0.0", -0.04), "-0.0");
    assert_eq!(show("0;-0;;@", 0.0), "");
    assert_eq!(show("[Red][<10]0\" low\";[>=100]0\" high\";0", 5.0), "5 low");
    assert_eq!(show("[Red][<10]0\" low\";[>=100]0\" high\";0", 500.0), "500 high");
    assert_eq!(show("[Red][<10]0\" low\";[>=100]0\" high\";0", 50.0), "50");
    assert_eq!(show("[<10]0;0.0", -5.0), "-5");
    assert_eq!(show("0.0;@", -1.25), "-1.3");
    assert_eq!(show("[=1]\"yes\";[=0]\"no\";0", 0.0), "no");
    assert_eq!(show("#,##0.00 [$€-407]", 12.5), "12.50 €");
    assert_eq!(show("[$£-809]#,##0", 12.5), "£13");
    assert_eq!(show("\"n/a\"", 3.0), "n/a");
    assert_eq!(NumberFormat::parse("0;0;0;\"<\"@\">\"").show_text("a").as_deref(), Some("<a>"));
    assert_eq!(NumberFormat::parse("0.00").show_text("a"), None);
}

#[test]
fn dates_and_times_are_shown_by_their_letters() {
    let shown = [
        ("yyyy\\-mm\\-dd", 44197.0, "2021-01-01"),
        ("d-mmm-yy", 44197.0, "1-Jan-21"),
        ("dddd, mmmm d, yyyy", 44197.0, "Friday, January 1, 2021"),
        ("mmmmm", 44197.0, "J"),
        ("dd/mm/yyyy hh:mm", 44197.75, "01/01/2021 18:00"),
        ("h:mm AM/PM", 0.5, "12:00 PM"),
        ("h:mm AM/PM", 0.0, "12:00 AM"),
        ("hh:mm:ss", 0.999_999_9, "00:00:00"),
        ("mm:ss.0", 0.000_725_69, "01:02.7"),
        ("[h]:mm", 1.5, "36:00"),
        ("[hh]:mm:ss", 10.632_060_185_185_2, "255:10:10"),
        ("[mm]", 1.0, "1440"),
        ("yyyy-mm-dd", 60.0, "1900-02-29"),
        ("yyyy-mm-dd", 59.0, "1900-02-28"),
        ("yyyy-mm-dd", 61.0, "1900-03-01"),
        ("yyyy-mm-dd", -1.0, "-1"),
        ("yyyy-mm-dd", 1e300, "1E+300"),
        ("[$-407]d. mmmm yyyy", 44256.0, "1. März 2021"),
        ("[$-40C]dddd d mmmm", 44256.0, "lundi 1 mars"),
        ("yyyy\"年\"m\"月\"d\"日\"", 44197.0, "2021年1月1日"),
        ("General", 44197.0, "44197"),
    ];

    for (code, value, text) in shown {
        assert_eq!(show(code, value), text, "{code}");
    }
}

#[test]
fn a_workbook_may_count_its_days_from_1904() {
    let format = NumberFormat::parse("ddd yyyy-mm-dd");

    assert_eq!(format.show(42735.0, Epoch::Of1904), "Fri 2021-01-01");
    assert_eq!(format.show(44197.0, Epoch::Of1900), "Fri 2021-01-01");
}

#[test]
fn formats_that_follow_the_reader_are_shown_by_iso() {
    assert_eq!(builtin(14, Some("m/d/yy")).show(44197.0, Epoch::Of1900), "2021-01-01");
    assert_eq!(builtin(21, None).show(0.25, Epoch::Of1900), "6:00:00");
    assert_eq!(builtin(165, None).show(0.25, Epoch::Of1900), "0.25");
    assert_eq!(builtin(165, Some("0.0")).show(0.25, Epoch::Of1900), "0.3");
}

#[test]
fn dates_by_iso_have_their_serial_numbers() {
    assert_eq!(serial_of_iso("2021-01-01", Epoch::Of1900), Some(44197.0));
    assert_eq!(serial_of_iso("2021-01-01T12:00:00", Epoch::Of1904), Some(42735.5));
    assert_eq!(serial_of_iso("1900-02-28", Epoch::Of1900), Some(59.0));
    assert_eq!(serial_of_iso("1900-03-01", Epoch::Of1900), Some(61.0));
    assert_eq!(serial_of_iso("06:00:00", Epoch::Of1900), Some(0.25));
    assert_eq!(serial_of_iso("soon", Epoch::Of1900), None);
}

#[test]
fn a_code_of_any_length_is_read() {
    for code in ["[", "\"", "\\", "E+", "[$-", "0.0.0.0", "?/", "//", ",,,0", "%%0%", "[h", "_"] {
        for value in [0.0, -1.5, 1e15, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE] {
            show(code, value);
            show(&code.repeat(500), value);
        }
    }
}
