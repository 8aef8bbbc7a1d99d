package io.botmesh.cli;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Puts what is logged by {@link System.Logger} among all other lines: that of the runner, which uses nothing but the JDK, and of the JDK
 * itself. SLF4J's own bridge starts the log at the end of every command, because the JDK asks then whether it is to log the exit;
 * here nothing is started before there is a line.
 */
public final class LogFinder extends System.LoggerFinder {
    @Override
    public Logger getLogger(String name, Module module) {
        String from = module.getName() == null ? "" : module.getName();
        return new Bridge(name, from.startsWith("java.") || from.startsWith("jdk."));
    }

    /** @param quiet tells of warnings and worse alone */
    private record Bridge(String name, boolean quiet) implements Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            if (level == Level.OFF || (quiet && level.getSeverity() < Level.WARNING.getSeverity())) return false;
            return LoggerFactory.getLogger(name).isEnabledForLevel(slf4j(level));
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle words, @Nullable String message, @Nullable Throwable thrown) {
            if (!isLoggable(level)) return;
            var line = LoggerFactory.getLogger(name).atLevel(slf4j(level));
            (thrown == null ? line : line.setCause(thrown)).log(text(words, message));
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle words, @Nullable String format, @Nullable Object... values) {
            if (!isLoggable(level)) return;
            String text = text(words, format);
            if (values != null && values.length > 0) text = MessageFormat.format(text, values);
            LoggerFactory.getLogger(name).atLevel(slf4j(level)).log(text);
        }

        private static String text(@Nullable ResourceBundle words, @Nullable String message) {
            String key = String.valueOf(message);
            return words != null && words.containsKey(key) ? words.getString(key) : key;
        }

        private static org.slf4j.event.Level slf4j(Level level) {
            return switch (level) {
                case ALL, TRACE -> org.slf4j.event.Level.TRACE;
                case DEBUG -> org.slf4j.event.Level.DEBUG;
                case INFO -> org.slf4j.event.Level.INFO;
                case WARNING -> org.slf4j.event.Level.WARN;
                case ERROR, OFF -> org.slf4j.event.Level.ERROR;
            };
        }
    }
}
