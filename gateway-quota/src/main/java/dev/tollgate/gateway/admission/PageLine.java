package dev.tollgate.gateway.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The requests that wait on one page, in their order. Touched only under the page's monitor.
final class PageLine {

    /// Requests of one page that may wait.
    static final int WAITING_MAX = 1_000;

    /// A decision on its way to a request that waited. Delivered outside of monitors.
    record Answer(Waiter waiter, QuotaDecision decision) {}

    private final Deque<Waiter> waiting = new ArrayDeque<>(2);

    /// False when the line is full.
    boolean join(Waiter waiter) {
        return waiting.size() < WAITING_MAX && waiting.add(waiter);
    }

    /// Claims a waiting request for whoever answers it otherwise; false when it has its answer.
    boolean abandon(Waiter waiter) {
        if (waiter.answered) {
            return false;
        }
        waiter.answered = true;
        dropAnswered();
        return true;
    }

    /// What all that wait will take.
    long tokens() {
        long tokens = 0;
        for (Waiter waiter : waiting) {
            tokens += waiter.answered ? 0 : waiter.cost;
        }
        return tokens;
    }

    /// What the first one needs; 1 when nobody waits.
    long need() {
        dropAnswered();
        return waiting.isEmpty() ? 1 : waiting.getFirst().cost;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Answers those for whom there is a decision; the others keep their places.
    List<Answer> serve(Function<Waiter, @Nullable QuotaDecision> decisions) {
        List<Answer> answers = new ArrayList<>(waiting.size());
        for (int left = waiting.size(); left > 0; left--) {
            Waiter waiter = waiting.removeFirst();
            if (waiter.answered) {
                continue;
            }
            QuotaDecision decision = decisions.apply(waiter);
            if (decision == null) {
                waiting.addLast(waiter);
            } else {
                waiter.answered = true;
                answers.add(new Answer(waiter, decision));
            }
        }
        return answers;
    }

    private void dropAnswered() {
        while (!waiting.isEmpty() && waiting.getFirst().answered) {
            waiting.removeFirst();
        }
    }
}
