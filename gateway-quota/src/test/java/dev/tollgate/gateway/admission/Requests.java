package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.testing.Await;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// Sends requests to a gate and counts the answers.
public final class Requests {

    private static final int IN_FLIGHT_MAX = 32;
    private static final int ROUNDS_MAX = 500;
    private static final long ANSWER_SECONDS_MAX = 5;

    public final AtomicLong admitted = new AtomicLong();
    public final AtomicLong denied = new AtomicLong();

    /// One request and its answer, repeated while the ledger is too slow.
    public static QuotaDecision askPatiently(QuotaGate gate, Tenant tenant, long cost) {
        return askPatiently(gate, tenant, "", cost);
    }

    /// One request on a route of a policy and its answer, repeated while the ledger is too slow.
    public static QuotaDecision askPatiently(QuotaGate gate, Tenant tenant, String routePolicy, long cost) {
        return Await.value("an answer of the ledger", Duration.ofSeconds(ANSWER_SECONDS_MAX), () -> {
            try {
                return Optional.of(ask(gate, tenant, routePolicy, cost))
                        .filter(decision -> !(decision instanceof QuotaDecision.Unavailable));
            } catch (InterruptedException | ExecutionException | TimeoutException failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    /// One request and its answer.
    public static QuotaDecision ask(QuotaGate gate, Tenant tenant, long cost)
            throws InterruptedException, ExecutionException, TimeoutException {
        return ask(gate, tenant, "", cost);
    }

    /// One request on a route of a policy and its answer.
    public static QuotaDecision ask(QuotaGate gate, Tenant tenant, String routePolicy, long cost)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<QuotaDecision> answer = new CompletableFuture<>();
        gate.admit(tenant, routePolicy, cost, Runnable::run, answer::complete);
        return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    }

    /// Sends the request on, if it was admitted; true if so.
    public static boolean commit(QuotaDecision decision) {
        if (decision instanceof QuotaDecision.Admitted(Admission admission)) {
            admission.commit();
            return true;
        }
        return false;
    }

    /// Sends requests, a bounded number at a time, until `count` were admitted or denied. Those that found the ledger
    /// too slow are sent again.
    public void flood(QuotaGate gate, Tenant tenant, int count) throws InterruptedException {
        int left = count;
        for (int round = 0; left > 0 && round < ROUNDS_MAX; round++) {
            left = Math.toIntExact(send(gate, tenant, left));
            if (left > 0) {
                Thread.sleep(Await.POLL);
            }
        }
    }

    /// Returns how many found the ledger too slow.
    private long send(QuotaGate gate, Tenant tenant, int count) throws InterruptedException {
        AtomicLong tooSlow = new AtomicLong();
        Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
        for (int i = 0; i < count; i++) {
            take(inFlight, 1);
            gate.admit(tenant, "", 1, Runnable::run, decision -> {
                commit(decision);
                counter(decision, tooSlow).incrementAndGet();
                inFlight.release();
            });
        }
        take(inFlight, IN_FLIGHT_MAX);
        return tooSlow.get();
    }

    private static void take(Semaphore inFlight, int permits) throws InterruptedException {
        if (!inFlight.tryAcquire(permits, ANSWER_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a request was never answered");
        }
    }

    private AtomicLong counter(QuotaDecision decision, AtomicLong tooSlow) {
        return switch (decision) {
            case QuotaDecision.Admitted _ -> admitted;
            case QuotaDecision.Denied _ -> denied;
            case QuotaDecision.Unavailable _ -> tooSlow;
        };
    }
}
