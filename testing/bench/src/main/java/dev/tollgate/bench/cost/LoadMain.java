package dev.tollgate.bench.cost;

import dev.tollgate.bench.ZipfOrder;
import dev.tollgate.bench.gateway.BenchTenants;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// The clients: connections that stay open, each with a thread, send requests evenly spread over time, as far as
/// answers come. A request that the gateway refuses for now goes again, so that exactly as many are admitted as were
/// asked for; more refusals than requests, and anything else that the upstream did not answer, end the process with
/// 1. Arguments: port, requests, requests a second, seed. The last line printed is a `LoadResult`.
final class LoadMain {

    static final int TENANTS = 2_000;
    static final double ZIPF_EXPONENT = 1.1;
    static final int CONNECTIONS = 32;

    private static final long REFUSED_PAUSE_NANOS = 100_000_000;

    private final int port;
    private final long requests;
    private final double perSecond;
    private final int[] tenants = ZipfOrder.draw(TENANTS, ZIPF_EXPONENT);
    private final AtomicLong refused = new AtomicLong();
    private final long startNanos = System.nanoTime();
    private volatile boolean hasFailed;

    private LoadMain(int port, long requests, double perSecond) {
        this.port = port;
        this.requests = requests;
        this.perSecond = perSecond;
    }

    public static void main(String[] arguments) throws InterruptedException {
        LoadMain load = new LoadMain(
                Integer.parseInt(arguments[0]), Long.parseLong(arguments[1]), Double.parseDouble(arguments[2]));
        try {
            System.out.println(load.run(new SplittableRandom(Long.parseLong(arguments[3]))));
        } catch (ExecutionException failed) {
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private LoadResult run(SplittableRandom random) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Future<?>> connections = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                int first = i;
                SplittableRandom own = random.split();
                connections.add(threads.submit(() -> {
                    sendOrEndAll(first, own);
                    return null;
                }));
            }
            for (Future<?> connection : connections) {
                connection.get();
            }
        }
        long us = (System.nanoTime() - startNanos) / 1_000;
        long cpuUs =
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1_000;
        return new LoadResult(requests, refused.get(), us, cpuUs);
    }

    private void sendOrEndAll(int first, SplittableRandom random) throws IOException {
        try {
            send(first, random);
        } catch (IOException failed) {
            hasFailed = true;
            throw failed;
        }
    }

    /// Every request whose number has this remainder.
    private void send(int first, SplittableRandom random) throws IOException {
        try (LoadConnection connection = new LoadConnection(port)) {
            for (long number = first; number < requests && !hasFailed; number += CONNECTIONS) {
                awaitNanos(startNanos + (long) (number * 1e9 / perSecond));
                String key = BenchTenants.key(1 + tenants[(int) (number & (tenants.length - 1))]);
                SampleRequest request = SampleRequest.draw(random);
                while (!connection.isAdmitted(request, key)) {
                    if (refused.incrementAndGet() > requests) {
                        throw new IOException("the gateway refused " + refused + " requests for now");
                    }
                    LockSupport.parkNanos(REFUSED_PAUSE_NANOS);
                }
            }
        }
    }

    private static void awaitNanos(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
    }
}
