package dev.tollgate.gateway.proxy.vertx;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/// The lines that were logged about refused requests since it was made.
final class RefusalLines implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tollgate.gateway.refusals");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    RefusalLines() {
        appender.start();
        logger.addAppender(appender);
    }

    List<String> texts() {
        return List.copyOf(appender.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
