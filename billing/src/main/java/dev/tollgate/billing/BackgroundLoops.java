package dev.tollgate.billing;

import dev.tollgate.billing.loop.BackgroundLoop;
import java.util.List;
import org.springframework.context.SmartLifecycle;

/// Loops that start and end with the service.
final class BackgroundLoops implements SmartLifecycle {

    private final List<BackgroundLoop> loops;
    private volatile boolean running;

    BackgroundLoops(List<BackgroundLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    void wake() {
        loops.forEach(BackgroundLoop::wake);
    }

    @Override
    public void start() {
        running = true;
        loops.forEach(BackgroundLoop::start);
    }

    @Override
    public void stop() {
        loops.forEach(BackgroundLoop::close);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
