package dev.tollgate.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// A test that runs beside the others of its kind, so that their long waits pass at the same time. It hurts nothing
/// that the others need (PostgreSQL, a gateway that is not its own) and bears that Kafka is away until its end.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = Alone.HOUSE, mode = ResourceAccessMode.READ)
@interface Together {}
