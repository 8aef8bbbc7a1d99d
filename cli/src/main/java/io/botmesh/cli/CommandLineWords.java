package io.botmesh.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said about a command line that is wrong, where the library's own words are for programmers. */
final class CommandLineWords {
    private static final Pattern EXCLUSIVE =
            Pattern.compile("Error: (.*), (.*) are mutually exclusive.*", Pattern.DOTALL);

    private CommandLineWords() {}

    static CommandLine install(CommandLine line) {
        return line.registerConverter(int.class, whole(Integer::valueOf))
                .registerConverter(Integer.class, whole(Integer::valueOf))
                .registerConverter(long.class, whole(Long::valueOf))
                .registerConverter(Long.class, whole(Long::valueOf))
                .registerConverter(double.class, CommandLineWords::number)
                .registerConverter(Path.class, CommandLineWords::path);
    }

    /** One sentence, without the pointer to the help. */
    static String of(ParameterException wrong) {
        String message = wrong.getMessage() == null ? "wrong use" : wrong.getMessage();
        if (wrong instanceof MutuallyExclusiveArgsException)
            return EXCLUSIVE.matcher(message).replaceFirst("$1 and $2 do not go together; give one of them");
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !unmatched.getUnmatched().isEmpty())
            return wrong.getCommandLine().getParent() == null
                    ? "there is no command '" + unmatched.getUnmatched().getFirst() + "'"
                    : "'" + unmatched.getUnmatched().getFirst() + "' is one argument too many; leave it out";
        return message;
    }

    private static <T> ITypeConverter<T> whole(ITypeConverter<T> number) {
        return text -> {
            try {
                return number.convert(text);
            } catch (NumberFormatException none) {
                throw new TypeConversionException(
                        text.matches("[-+]?\\d+")
                                ? "'" + text + "' is too large a number"
                                : "'" + text + "' is not a whole number");
            }
        };
    }

    private static Double number(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException none) {
            throw new TypeConversionException("'" + text + "' is not a number");
        }
    }

    private static Path path(String text) {
        try {
            return FileNames.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException(String.valueOf(wrong.getMessage()));
        }
    }
}
