package dev.tollgate.gateway.token.http;

import dev.tollgate.gateway.token.KeyDocument;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A key set at an `http` or `https` address that the configuration names. Redirections are not followed, so that no
/// other address is ever asked.
public final class KeySetAddress implements KeyDocument {

    /// For a connection.
    static final Duration CONNECT_MAX = Duration.ofSeconds(2);

    /// For the whole exchange, the body included.
    static final Duration READ_MAX = Duration.ofSeconds(5);

    private static final int OK = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_MAX)
            .build();
    private final HttpRequest request;

    public KeySetAddress(URI uri) {
        this.request = HttpRequest.newBuilder(uri)
                .timeout(READ_MAX)
                .header("Accept", "application/jwk-set+json, application/json")
                .header("User-Agent", "tollgate-gateway")
                .build();
    }

    @Override
    public byte[] read() throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BYTES_MAX));
        try {
            HttpResponse<byte[]> response = exchange.get(READ_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw new IOException(request.uri() + " answers " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException late) {
            throw new IOException(request.uri() + " does not answer within " + READ_MAX.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            throw new IOException(request.uri() + " cannot be read: " + failed.getCause(), failed);
        } finally {
            exchange.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
