use super::NumberFormat;

/// The code of a format that is known by its number alone.
///
/// Those that follow the reader's own settings, such as 14 for the short date, are shown by ISO 8601,
/// which reads the same everywhere.
fn code(id: u32) -> Option<&'static str> {
    let code = match id {
        0 => "General",
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 => "$#,##0;($#,##0)",
        6 => "$#,##0;[Red]($#,##0)",
        7 => "$#,##0.00;($#,##0.00)",
        8 => "$#,##0.00;[Red]($#,##0.00)",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 | 27..=31 | 34..=36 | 50..=58 => "yyyy-mm-dd",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 | 32 => "h:mm",
        21 | 33 => "h:mm:ss",
        22 => "yyyy-mm-dd h:mm",
        37 => "#,##0;(#,##0)",
        38 => "#,##0;[Red](#,##0)",
        39 => "#,##0.00;(#,##0.00)",
        40 => "#,##0.00;[Red](#,##0.00)",
        41 => "#,##0;(#,##0);\"-\";@",
        42 => "$#,##0;$(#,##0);$\"-\";@",
        43 => "#,##0.00;(#,##0.00);\"-\";@",
        44 => "$#,##0.00;$(#,##0.00);$\"-\";@",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => return None,
    };
    Some(code)
}

/// The format of this number; `custom` is its code in the file, if it has one.
pub(crate) fn builtin(id: u32, custom: Option<&str>) -> NumberFormat {
    let follows_reader = matches!(id, 14 | 22);
    let code = custom.filter(|_| !follows_reader).or_else(|| code(id));
    NumberFormat::parse(code.unwrap_or("General"))
}
