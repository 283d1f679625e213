package dev.tollgate.gateway.proxy;

import java.net.URI;

/// One server of a route's upstream.
///
/// @param host name or address, without brackets
/// @param tls whether it is spoken to over TLS, with the trust of the JVM and its name verified
/// @param basePath what stands before every request path; without a slash at its end
public record UpstreamTarget(String host, int port, boolean tls, String basePath) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// @param address `http://host[:port][/base]` or `https://…`
    public static UpstreamTarget of(URI address) {
        boolean tls = "https".equals(address.getScheme());
        boolean usable = (tls || "http".equals(address.getScheme()))
                && address.getHost() != null
                && address.getRawQuery() == null
                && address.getRawFragment() == null
                && address.getRawUserInfo() == null;
        if (!usable) {
            throw new IllegalArgumentException("upstream must be http[s]://host[:port][/base] but is " + address);
        }
        String host = address.getHost();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = address.getPort() >= 0 ? address.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
        String path = address.getRawPath();
        return new UpstreamTarget(host, port, tls, path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    /// As it can be given to [#of].
    public String address() {
        String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return (tls ? "https://" : "http://") + shown + ":" + port + basePath;
    }

    /// Its name in metrics and logs.
    public String name() {
        return host + ":" + port;
    }
}
