package io.botmesh.bot;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Updates with a text. */
public final class TextFilter extends Filter<String> {
    private final Discriminator.@Nullable Sort sort;

    TextFilter(long kinds, Extract<String> extract, Discriminator.@Nullable Sort sort) {
        super(kinds, extract);
        this.sort = sort;
    }

    /** Only one of these texts, exactly. */
    public Filter<String> equalTo(String... texts) {
        Set<String> wanted = Set.of(texts);
        return new Filter<>(
                kindBits(),
                ctx -> {
                    String text = match(ctx);
                    return text != null && wanted.contains(text) ? text : null;
                },
                sort == null ? null : new Discriminator(sort, wanted));
    }

    /** Only texts in which the pattern is found; takes out where and what. */
    public Filter<MatchResult> matching(Pattern pattern) {
        return map(text -> {
            Matcher matcher = pattern.matcher(text);
            return matcher.find() ? matcher.toMatchResult() : null;
        });
    }

    /** {@link #matching(Pattern)} of a regular expression. */
    public Filter<MatchResult> matching(String regex) {
        return matching(Pattern.compile(regex));
    }

    /** Only texts that begin so; takes out what follows, which may be empty. */
    public Filter<String> startingWith(String prefix) {
        return map(text -> text.startsWith(prefix) ? text.substring(prefix.length()) : null);
    }
}
