package dev.tollgate.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A log whose answers the test gives.
final class ScriptedLog implements EventLog {

    /// Something that was offered and waits for its answer.
    record Offer(String kind, EventRecord event, Consumer<Answer> answer) {
        void stored() {
            answer.accept(new Answer.Stored());
        }
    }

    final List<Offer> offers = new ArrayList<>();
    boolean busy;
    int recoveries;

    @Override
    public boolean offer(EventRecord event, Consumer<Answer> answer) {
        return add("event", event, answer);
    }

    @Override
    public boolean offerDeadLetter(EventRecord event, String reason, Consumer<Answer> answer) {
        return add("dead letter", event, answer);
    }

    @Override
    public boolean offerStandIn(EventRecord event, Consumer<Answer> answer) {
        return add("stand-in", event, answer);
    }

    private boolean add(String kind, EventRecord event, Consumer<Answer> answer) {
        if (!busy) {
            offers.add(new Offer(kind, event, answer));
        }
        return !busy;
    }

    /// Takes away and returns what was offered so far.
    List<Offer> take() {
        List<Offer> taken = List.copyOf(offers);
        offers.clear();
        return taken;
    }

    @Override
    public void recover() {
        recoveries++;
    }

    @Override
    public void close() {}
}
