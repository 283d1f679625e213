package dev.tollgate.client;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// What the sample application answers.
@RestController
class SampleThings {

    @GetMapping("/items/{id}")
    String item(@PathVariable("id") String id) {
        return "item " + id;
    }

    @PostMapping("/echo")
    byte[] echo(@RequestBody byte[] body) {
        return body;
    }

    @GetMapping("/boom")
    String boom() {
        throw new IllegalStateException("boom");
    }

    @GetMapping("/later")
    Callable<String> later() {
        return () -> "later";
    }

    @GetMapping("/later-boom")
    Callable<String> laterBoom() {
        return () -> {
            throw new IllegalStateException("later");
        };
    }

    /// Goes on until the client has gone.
    @GetMapping("/endless")
    void endless(HttpServletRequest request, HttpServletResponse response) throws IOException {
        OutputStream out = response.getOutputStream();
        for (long written = 0; written < 1L << 33; written += 65_536) {
            out.write(new byte[65_536]);
        }
    }
}
