/// What travels between the services: event and bucket records, their codecs and one validation, topics.
/// Everything here is pure; nothing knows Kafka, a database or a clock.
@NullMarked
package dev.tollgate.schema.contract;

import org.jspecify.annotations.NullMarked;
