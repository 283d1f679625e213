package dev.tollgate.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// A test that has the house to itself: it hurts what all need, or counts what all do.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock(value = Alone.HOUSE, mode = ResourceAccessMode.READ_WRITE)
@interface Alone {
    String HOUSE = "house";
}
