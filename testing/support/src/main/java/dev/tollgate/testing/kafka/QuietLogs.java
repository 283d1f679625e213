package dev.tollgate.testing.kafka;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import org.slf4j.LoggerFactory;

/// Turns the broker's log down where Logback is used: without a configuration it would write every debug line.
final class QuietLogs {

    private static final List<String> LOGGERS = List.of("kafka", "org.apache.kafka", "state.change.logger");

    private QuietLogs() {}

    /// Leaves alone what a configuration has set.
    static void apply() {
        if (!LoggerFactory.getILoggerFactory().getClass().getName().startsWith("ch.qos.logback.")) {
            return;
        }
        Logback.quieten();
    }

    /// Apart, so that Logback is only loaded where it is.
    private static final class Logback {
        static void quieten() {
            var context = (LoggerContext) LoggerFactory.getILoggerFactory();
            for (String name : LOGGERS) {
                var logger = context.getLogger(name);
                if (logger.getLevel() == null) {
                    logger.setLevel(Level.WARN);
                }
            }
        }
    }
}
