use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use ipnet::IpNet;
use toml::Spanned;
use url::Url;

use super::{
    ConfigError, credential, file,
    file::File,
    paths,
    setting::{Setting, Source},
};
use crate::{cli::Options, outbound};

/// Where the server listens, how it is reached, and whom it believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listeners {
    pub(crate) listen: SocketAddr,
    pub(crate) admin: SocketAddr,
    /// The address that callers use; without one it is that of the loopback listener.
    pub(crate) public_url: Option<Url>,
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) tls: Option<TlsConfig>,
}

/// The files of a TLS listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsConfig {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// Whose certificates a caller must show.
    pub(crate) client_ca: Option<PathBuf>,
}

impl Listeners {
    /// Returns the address that callers use while the server listens on `bound`.
    pub(crate) fn reached_at(&self, bound: SocketAddr) -> Option<Url> {
        self.public_url.clone().or_else(|| own_address(bound, self.tls.is_some()))
    }
}

fn own_address(bound: SocketAddr, is_tls: bool) -> Option<Url> {
    let scheme = if is_tls { "https" } else { "http" };
    Url::parse(&format!("{scheme}://{bound}")).ok()
}

/// Returns the address that callers use, whatever the files of `[tls]` hold.
pub(super) fn reached_at(
    source: Source<'_>,
    options: &Options,
    file: &File,
) -> Result<Url, ConfigError> {
    let listen = address(listen(source, options, file).as_ref(), 8365)?;
    let public_url = public_url(source, options, file)?;
    refuse_nameless(source, listen, public_url.as_ref())?;
    let own = || own_address(listen, file.tls.is_some());
    let none = "this server has no address for hosts to use";
    public_url.or_else(own).ok_or_else(|| source.missing(none))
}

fn listen(source: Source<'_>, options: &Options, file: &File) -> Option<Setting> {
    source.setting(("--listen", &options.listen), "M365_LISTEN", ("listen", file.listen.as_ref()))
}

/// Checks all that has to do with listening.
pub(super) fn read(
    source: Source<'_>,
    options: &Options,
    file: &File,
) -> Result<Listeners, ConfigError> {
    let listen = listen(source, options, file);
    let admin = source.setting(
        ("--admin-listen", &options.admin_listen),
        "M365_ADMIN_LISTEN",
        ("admin_listen", file.admin_listen.as_ref()),
    );
    let listeners = Listeners {
        listen: address(listen.as_ref(), 8365)?,
        admin: address(admin.as_ref(), 9365)?,
        public_url: public_url(source, options, file)?,
        allowed_origins: each(source, "allowed_origins", &file.allowed_origins, origin)?,
        trusted_proxies: each(source, "trusted_proxies", &file.trusted_proxies, range)?,
        tls: file.tls.as_ref().map(|tls| read_tls(source, tls)).transpose()?,
    };
    agree(source, &listeners, listen.as_ref(), admin.as_ref())?;
    Ok(listeners)
}

fn agree(
    source: Source<'_>,
    it: &Listeners,
    listen: Option<&Setting>,
    admin: Option<&Setting>,
) -> Result<(), ConfigError> {
    let public = !it.listen.ip().is_loopback();
    if let Some(listen) = listen.filter(|_| public && it.tls.is_none())
        && it.trusted_proxies.is_empty()
    {
        return Err(listen.wrong(
            "other machines reach this address in plain HTTP: add [tls] with certificate_file and \
             private_key_file, or trusted_proxies = [\"10.0.0.0/8\"] with the ranges of the proxies \
             that end TLS in front of it, or listen on 127.0.0.1",
        ));
    }
    refuse_nameless(source, it.listen, it.public_url.as_ref())?;
    if let Some(admin) = admin.filter(|_| it.listen == it.admin && it.listen.port() != 0) {
        return Err(admin.wrong("listen is the same address; the two need ports of their own"));
    }
    Ok(())
}

fn refuse_nameless(
    source: Source<'_>,
    listen: SocketAddr,
    public_url: Option<&Url>,
) -> Result<(), ConfigError> {
    if listen.ip().is_loopback() || public_url.is_some() {
        return Ok(());
    }
    Err(source.missing(
        "there is no public_url: add the address by which callers reach this server, such as \
         public_url = \"https://m365.example.com\"",
    ))
}

fn address(setting: Option<&Setting>, port: u16) -> Result<SocketAddr, ConfigError> {
    setting.map_or(Ok((Ipv4Addr::LOCALHOST, port).into()), |setting| {
        setting.parse("an address with a port, such as 127.0.0.1:8365 or [::1]:8365")
    })
}

fn public_url(
    source: Source<'_>,
    options: &Options,
    file: &File,
) -> Result<Option<Url>, ConfigError> {
    let setting = source.setting(
        ("--public-url", &options.public_url),
        "M365_PUBLIC_URL",
        ("public_url", file.public_url.as_ref()),
    );
    setting.map(|setting| reachable(&setting)).transpose()
}

fn reachable(setting: &Setting) -> Result<Url, ConfigError> {
    let expected = "an https address without path or query, such as https://m365.example.com \
                    (http only on a loopback host)";
    let url = setting.endpoint().map_err(|_| setting.refuse(expected))?;
    match url.path() {
        "/" | "" => Ok(url),
        _ => Err(setting.refuse(expected)),
    }
}

fn each<T>(
    source: Source<'_>,
    key: &str,
    values: &[Spanned<String>],
    read: impl Fn(&Setting) -> Result<T, ConfigError>,
) -> Result<Vec<T>, ConfigError> {
    values.iter().map(|value| read(&source.in_file(key, value))).collect()
}

fn origin(setting: &Setting) -> Result<String, ConfigError> {
    let url = Url::parse(setting.value()).ok().filter(|url| {
        let whole = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let secure = url.scheme() == "https" || (url.scheme() == "http" && outbound::is_local(url));
        whole && secure && url.username().is_empty()
    });
    let expected = "an origin such as https://chat.example.com (http only on a loopback host)";
    url.map(|url| url.origin().ascii_serialization()).ok_or_else(|| setting.refuse(expected))
}

fn range(setting: &Setting) -> Result<IpNet, ConfigError> {
    let text = setting.value();
    let range = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    range.map_err(|_| setting.refuse("a range of addresses such as 10.0.0.0/8, or one address"))
}

fn read_tls(source: Source<'_>, tls: &Spanned<file::Tls>) -> Result<TlsConfig, ConfigError> {
    let place = source.place("tls", tls);
    let tls = tls.get_ref();
    if let Some(key) = &tls.private_key {
        return Err(credential::no_secret(source, "tls", "private_key", key));
    }
    let (Some(certificate), Some(key)) = (&tls.certificate_file, &tls.private_key_file) else {
        return Err(ConfigError::new(format!(
            "{place}: give certificate_file and private_key_file, both in PEM form"
        )));
    };
    let file = |key, value| paths::readable_key(source, key, value);
    Ok(TlsConfig {
        certificate: file("tls.certificate_file", certificate)?,
        key: file("tls.private_key_file", key)?,
        client_ca: tls
            .client_ca_file
            .as_ref()
            .map(|value| file("tls.client_ca_file", value))
            .transpose()?,
    })
}
