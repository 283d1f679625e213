package dev.tollgate.gateway.proxy.vertx;

/// nginx set up to do what the gateway does, as far as it can: the tenant found by its key in a map, the same limits,
/// bodies streamed both ways over HTTP/1.1, fields named with `_` passed on.
final class NginxConfig {

    private static final String HTTP = """
            client_header_buffer_size 1k;
            large_client_header_buffers 2 2k;
            client_max_body_size 4m;
            client_header_timeout 20s;
            client_body_timeout 1s;
            lingering_timeout 200ms;
            underscores_in_headers on;
            map_hash_bucket_size 128;
            map $http_x_api_key $tenant {
                default "";
                "${key}" "acme";
            }
            upstream api {
                server 127.0.0.1:${upstream};
                keepalive 16;
            }
            server {
                listen 127.0.0.1:${port};
                location = /api { include api.conf; }
                location /api/ { include api.conf; }
            }
            """;

    /// A file beside the configuration, with what `API` says.
    static final String API_FILE = "api.conf";

    static final String API = """
            if ($tenant = "") { return 401; }
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_buffering off;
            proxy_set_header Connection "";
            proxy_set_header X-Api-Key "";
            proxy_set_header X-Tenant-Id $tenant;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Host $host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_pass http://api;
            """;

    private NginxConfig() {}

    /// What stands in the block `http`.
    static String http(String key, int upstreamPort) {
        return HTTP.replace("${key}", key).replace("${upstream}", Integer.toString(upstreamPort));
    }
}
