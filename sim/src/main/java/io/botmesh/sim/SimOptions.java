package io.botmesh.sim;

import java.util.Locale;
import java.util.Set;

/**
 * What is simulated. Start from {@link #of} and change what differs; the same options are the same run.
 *
 * @param seed     of everything
 * @param layout   which nodes there are
 * @param channels that they read and post into
 * @param span     how long it goes on
 * @param load     what nodes are given to send
 * @param patterns what they do beside that
 * @param faults   what goes wrong
 */
public record SimOptions(
        long seed, Layout layout, Channels channels, Span span, Load load, Set<Pattern> patterns, Set<Nemesis> faults) {
    /**
     * Which nodes there are.
     *
     * @param nodes  2 to 200
     * @param shape  who knows whom
     * @param scheme what the nodes run
     * @param sealed with the real seal instead of one that costs nothing
     */
    public record Layout(int nodes, Shape shape, Scheme scheme, boolean sealed) {
        public Layout {
            if (nodes < 2 || nodes > 200)
                throw new IllegalArgumentException("a mesh of " + nodes + " nodes; give 2 to 200");
        }
    }

    /**
     * The channel of each node.
     *
     * @param writers        bots that may post there, 1 to 48
     * @param postsPerSecond that each of them may post there, more than zero
     * @param grants         whether its reader says who may post how often; else nodes guess
     */
    public record Channels(int writers, double postsPerSecond, boolean grants) {
        public Channels {
            if (writers < 1 || writers > 48)
                throw new IllegalArgumentException(writers + " writers in a channel; give 1 to 48");
            if (!(postsPerSecond > 0 && postsPerSecond <= MOST_POSTS))
                throw new IllegalArgumentException(
                        postsPerSecond + " posts a second of one writer; give more than 0 and at most " + MOST_POSTS);
        }
    }

    /**
     * How long it goes on.
     *
     * @param seconds for which nodes are given messages and things go wrong, 1 to 600,000
     * @param packets that are to be posted at least before all is well, for up to 400 times as long; 0 for however many
     */
    public record Span(int seconds, int packets) {
        public Span {
            if (seconds < 1 || seconds > 600_000)
                throw new IllegalArgumentException("a run of " + seconds + " seconds; give 1 to 600000");
            if (packets < 0) throw new IllegalArgumentException(packets + " packets; give 0 or more");
        }
    }

    private static final int MOST_MINUTES = 10_000;

    /** What a writer may post in a second at most. */
    public static final int MOST_POSTS = 1_000;

    /** Who knows whom. */
    public enum Shape {
        /** Each knows the next and the one before. */
        RING,
        /** All know the first. */
        STAR,
        /** All know all. */
        FULL,
        /** Each knows about four others, drawn by lot. */
        RANDOM,
        /** All post to the first, which answers but has nothing to say of its own. */
        GATHER,
        /** All post to the first, which cannot answer. */
        QUASI;

        /**
         * The shape of that name, in any case.
         *
         * @throws IllegalArgumentException with one line that says what can be given
         */
        public static Shape named(String name) {
            for (Shape shape : values()) if (shape.name().equals(name.toUpperCase(Locale.ROOT))) return shape;
            throw new IllegalArgumentException(
                    "there is no shape '" + name + "'; give ring, star, full, random, gather or quasi");
        }
    }

    /** What nodes run. */
    public enum Scheme {
        /** This project's nodes. */
        MESH,
        /** One message per post, writers drawn by lot, nothing else. */
        PAPER
    }

    public SimOptions {
        patterns = Words.ordered(patterns, Pattern.class);
        faults = Words.ordered(faults, Nemesis.class);
    }

    /** A mesh of this many nodes, two writers each, at about half of what they may post. */
    public static SimOptions of(long seed, int nodes, int minutes) {
        if (minutes < 1 || minutes > MOST_MINUTES)
            throw new IllegalArgumentException("a run of " + minutes + " minutes; give 1 to " + MOST_MINUTES);
        return new SimOptions(
                seed,
                new Layout(nodes, nodes <= 6 ? Shape.FULL : Shape.RANDOM, Scheme.MESH, false),
                new Channels(2, 1, false),
                new Span(60 * minutes, 0),
                Load.mixed(1, 80),
                Set.of(),
                Set.of());
    }

    // --- what is looked at most

    public int nodes() {
        return layout.nodes;
    }

    public Shape shape() {
        return layout.shape;
    }

    public Scheme scheme() {
        return layout.scheme;
    }

    /** Whether any pattern needs a topic. */
    boolean topic() {
        return patterns.stream().anyMatch(Pattern::withTopic);
    }

    boolean has(Pattern pattern) {
        return patterns.contains(pattern);
    }

    boolean has(Nemesis nemesis) {
        return faults.contains(nemesis);
    }

    // --- copies

    public SimOptions withSeed(long seed) {
        return new SimOptions(seed, layout, channels, span, load, patterns, faults);
    }

    private SimOptions with(Layout layout) {
        return new SimOptions(seed, layout, channels, span, load, patterns, faults);
    }

    private SimOptions with(Channels channels) {
        return new SimOptions(seed, layout, channels, span, load, patterns, faults);
    }

    private SimOptions with(Span span) {
        return new SimOptions(seed, layout, channels, span, load, patterns, faults);
    }

    public SimOptions withShape(Shape shape) {
        return with(new Layout(layout.nodes, shape, layout.scheme, layout.sealed));
    }

    public SimOptions withScheme(Scheme scheme) {
        return with(new Layout(layout.nodes, layout.shape, scheme, layout.sealed));
    }

    /** A copy with the real seal, or with one that costs nothing. */
    public SimOptions withSealed(boolean sealed) {
        return with(new Layout(layout.nodes, layout.shape, layout.scheme, sealed));
    }

    public SimOptions withWriters(int writers) {
        return with(new Channels(writers, channels.postsPerSecond, channels.grants));
    }

    /** How often each bot may post into each channel. */
    public SimOptions withPostsPerSecond(double postsPerSecond) {
        return with(new Channels(channels.writers, postsPerSecond, channels.grants));
    }

    /** A copy whose readers say who may post how often, or do not. */
    public SimOptions withGrants(boolean grants) {
        return with(new Channels(channels.writers, channels.postsPerSecond, grants));
    }

    /** A copy for so many seconds. */
    public SimOptions withSeconds(int seconds) {
        return with(new Span(seconds, span.packets));
    }

    /** A copy in which so many packets are posted at least. */
    public SimOptions withPackets(int packets) {
        return with(new Span(span.seconds, packets));
    }

    /** How much each node is given, in messages of all sizes. */
    public SimOptions withLoad(double messagesPerSecond, int messageBytes) {
        return withLoad(Load.mixed(messagesPerSecond, messageBytes));
    }

    /** What each node is given. */
    public SimOptions withLoad(Load load) {
        return new SimOptions(seed, layout, channels, span, load, patterns, faults);
    }

    /** What nodes do beside that. */
    public SimOptions withPatterns(Set<Pattern> patterns) {
        return new SimOptions(seed, layout, channels, span, load, patterns, faults);
    }

    public SimOptions withFaults(Set<Nemesis> faults) {
        return new SimOptions(seed, layout, channels, span, load, patterns, faults);
    }

    /** The command that has this run again, as long as its load is one that commands can say: {@link Load#mixed}. */
    public String command() {
        var command = new StringBuilder("./botmesh sim --seed " + seed + " --nodes " + layout.nodes + " --minutes "
                + span.seconds / 60 + " --shape " + layout.shape.name().toLowerCase(Locale.ROOT) + " --writers "
                + channels.writers + " --posts " + channels.postsPerSecond + " --rate " + load.messagesPerSecond()
                + " --bytes " + load.messageBytes() + " --packets " + span.packets);
        if (channels.grants) command.append(" --grants");
        if (layout.sealed) command.append(" --sealed");
        if (layout.scheme == Scheme.PAPER) command.append(" --paper");
        return command.append(" --patterns ")
                .append(Words.list(patterns, Pattern::word))
                .append(" --faults ")
                .append(Words.list(faults, Nemesis::word))
                .toString();
    }
}
