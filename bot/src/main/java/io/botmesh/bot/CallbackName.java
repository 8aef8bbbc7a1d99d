package io.botmesh.bot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name under which a record stands in callback data, instead of the simple name of its class: short, for all of it has
 * 64 bytes, and kept when the class is renamed, for buttons live as long as their messages.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface CallbackName {
    /**
     * 1 to 20 letters, digits, {@code _} and {@code -}. Types of a program may share it if their components differ: an earlier
     * form of a record, for example, whose buttons are to be understood still.
     */
    String value();
}
