package dev.tollgate.testing.process;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What to do when this JVM ends: one shutdown hook that runs the registered actions one after the other, **newest
/// first**. Servers and service processes register themselves when they are first started, so an action that is
/// registered after them (say, an orderly stop of the whole quickstart) runs before they are ended the hard way.
///
/// Any thread may call; the list is guarded by the class.
public final class ExitActions {

    /// Takes an action back; further calls do nothing.
    public interface Registration {
        void cancel();
    }

    private static final class Action implements Registration {
        private final String name;
        private final Runnable body;

        Action(String name, Runnable body) {
            this.name = name;
            this.body = body;
        }

        @Override
        public void cancel() {
            synchronized (ExitActions.class) {
                ACTIONS.remove(this);
            }
        }
    }

    private static final List<Action> ACTIONS = new ArrayList<>();
    private static boolean hooked;

    private ExitActions() {}

    /// Runs `body` when the JVM ends in any way but `kill -9`. An action that throws is reported on standard error
    /// under its `name` and does not hinder the others.
    public static synchronized Registration register(String name, Runnable body) {
        if (!hooked) {
            Runtime.getRuntime().addShutdownHook(new Thread(ExitActions::runAll, "exit-actions"));
            hooked = true;
        }
        Action action = new Action(name, body);
        ACTIONS.add(action);
        return action;
    }

    private static void runAll() {
        for (Action action = takeNewest(); action != null; action = takeNewest()) {
            try {
                action.body.run();
            } catch (RuntimeException failed) {
                System.err.println("at exit, " + action.name + ": " + failed);
            }
        }
    }

    private static synchronized @Nullable Action takeNewest() {
        return ACTIONS.isEmpty() ? null : ACTIONS.removeLast();
    }
}
