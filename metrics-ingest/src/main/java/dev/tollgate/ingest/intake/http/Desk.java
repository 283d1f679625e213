package dev.tollgate.ingest.intake.http;

import dev.tollgate.ingest.intake.IncomingEvent;
import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeResult;
import dev.tollgate.ingest.intake.Voiding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Offers the items of one request to the intake: first the events, in one transaction, then the voids, each in its
/// own.
/// Safe for use by several threads.
final class Desk {

    private final Intake intake;
    private final Voiding voiding;

    Desk(Intake intake, Voiding voiding) {
        this.intake = intake;
        this.voiding = voiding;
    }

    /// One outcome for each, in their order.
    List<Outcome> take(List<Item> items) {
        List<IncomingEvent> events = new ArrayList<>();
        for (Item item : items) {
            if (item instanceof Item.Event(Paths paths, IncomingEvent event)) {
                events.add(event);
            }
        }
        List<IntakeResult> results = intake.accept(events);
        Outcome[] outcomes = new Outcome[items.size()];
        int next = 0;
        for (int place = 0; place < outcomes.length; place++) {
            if (items.get(place) instanceof Item.Event event) {
                outcomes[place] = Outcome.of(event, results.get(next++));
            }
        }
        for (int place = 0; place < outcomes.length; place++) {
            switch (items.get(place)) {
                case Item.Event done -> {}
                case Item.Void wish -> outcomes[place] = Outcome.of(wish, voiding.accept(wish.wish()));
                case Item.Bad bad -> outcomes[place] = Outcome.of(bad);
            }
        }
        return Arrays.asList(outcomes);
    }
}
