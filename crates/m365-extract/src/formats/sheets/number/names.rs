/// The names of months and days in one language.
struct Names {
    months: [&'static str; 12],
    /// From Sunday.
    days: [&'static str; 7],
    /// How many letters are left of a short name; none where short names are no shorter.
    short: Option<usize>,
}

const ENGLISH: Names = Names {
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    days: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    short: Some(3),
};

const GERMAN: Names = Names {
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    days: ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
    short: Some(3),
};

const FRENCH: Names = Names {
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    short: Some(4),
};

const SPANISH: Names = Names {
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    days: ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
    short: Some(3),
};

const ITALIAN: Names = Names {
    months: [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    days: ["domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"],
    short: Some(3),
};

const DUTCH: Names = Names {
    months: [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    days: ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
    short: Some(3),
};

const PORTUGUESE: Names = Names {
    months: [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    days: [
        "domingo",
        "segunda-feira",
        "terça-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
        "sábado",
    ],
    short: Some(3),
};

const JAPANESE: Names = Names {
    months: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    days: ["日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"],
    short: Some(1),
};

const CHINESE: Names = Names {
    months: [
        "一月",
        "二月",
        "三月",
        "四月",
        "五月",
        "六月",
        "七月",
        "八月",
        "九月",
        "十月",
        "十一月",
        "十二月",
    ],
    days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
    short: None,
};

/// The names in a language by the lower ten bits of its number (MS-LCID); English where we have none.
fn names(language: u32) -> &'static Names {
    match language & 0x3ff {
        0x04 => &CHINESE,
        0x07 => &GERMAN,
        0x0a => &SPANISH,
        0x0c => &FRENCH,
        0x10 => &ITALIAN,
        0x11 => &JAPANESE,
        0x13 => &DUTCH,
        0x16 => &PORTUGUESE,
        _ => &ENGLISH,
    }
}

/// The name of a month from 1; 3 letters ask for a short name, 5 for one letter.
pub(super) fn month(month: usize, width: usize, language: u32) -> String {
    let names = names(language);
    let name = month.checked_sub(1).and_then(|at| names.months.get(at)).copied();
    let name = name.unwrap_or_default();
    match width {
        5 => first(name, 1),
        3 if name.starts_with(|c: char| c.is_ascii_digit()) => name.to_owned(),
        3 => names.short.map_or_else(|| name.to_owned(), |count| first(name, count)),
        _ => name.to_owned(),
    }
}

/// The name of a day from Sunday as 0; 3 letters ask for a short name.
pub(super) fn weekday(day: usize, width: usize, language: u32) -> String {
    let names = names(language);
    let name = names.days.get(day).copied().unwrap_or_default();
    match names.short {
        Some(count) if width == 3 => first(name, count.min(3)),
        _ => name.to_owned(),
    }
}

fn first(name: &str, count: usize) -> String {
    name.chars().take(count).collect()
}
