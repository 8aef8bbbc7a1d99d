package io.botmesh.sim;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What is simulated. Start from {@link #of} and change what differs; the same options are the same run.
 *
 * @param seed              of everything
 * @param nodes             2 to 200
 * @param seconds           for which nodes are given messages and things go wrong, 1 to 600,000
 * @param faults            what goes wrong
 * @param shape             who knows whom
 * @param scheme            what the nodes run
 * @param writers           bots that may post into each channel, 1 to 48
 * @param postsPerSecond    that each bot may post into each channel, more than zero
 * @param load              what nodes are given to send
 * @param sealed            with the real seal instead of one that costs nothing
 * @param grants            whether readers say who may post how often; else nodes guess
 * @param topic             whether there is a topic with a register that the first node owns and its neighbours read; of no
 *                          meaning where nobody answers
 * @param packets           that are to be posted at least before all is well, for up to 400 times as long; 0 for however many
 */
public record SimOptions(
        long seed,
        int nodes,
        int seconds,
        Set<Nemesis> faults,
        Shape shape,
        Scheme scheme,
        int writers,
        double postsPerSecond,
        Load load,
        boolean sealed,
        boolean grants,
        boolean topic,
        int packets) {
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
        if (nodes < 2 || nodes > 200)
            throw new IllegalArgumentException("a mesh of " + nodes + " nodes; give 2 to 200");
        if (seconds < 1 || seconds > 600_000)
            throw new IllegalArgumentException("a run of " + seconds / 60 + " minutes; give 1 to 10000");
        if (writers < 1 || writers > 48)
            throw new IllegalArgumentException(writers + " writers in a channel; give 1 to 48");
        if (packets < 0) throw new IllegalArgumentException("packets: " + packets);
        if (!(postsPerSecond > 0)) throw new IllegalArgumentException("postsPerSecond: " + postsPerSecond);
        var ordered = EnumSet.noneOf(Nemesis.class); // a set of the JDK's own has another order in each process
        ordered.addAll(faults);
        faults = Collections.unmodifiableSet(ordered);
    }

    /** A mesh of this many nodes, two writers each, at about half of what they may post. */
    public static SimOptions of(long seed, int nodes, int minutes) {
        return new SimOptions(
                seed,
                nodes,
                Math.clamp(minutes * 60L, 0, Integer.MAX_VALUE),
                EnumSet.noneOf(Nemesis.class),
                nodes <= 6 ? Shape.FULL : Shape.RANDOM,
                Scheme.MESH,
                2,
                1,
                Load.mixed(1, 80),
                false,
                false,
                false,
                0);
    }

    /** A copy for so many seconds. */
    public SimOptions withSeconds(int seconds) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    public SimOptions withSeed(long seed) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    public SimOptions withFaults(Set<Nemesis> faults) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    public SimOptions withShape(Shape shape) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    public SimOptions withScheme(Scheme scheme) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    public SimOptions withWriters(int writers) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    /** How often each bot may post into each channel. */
    public SimOptions withPostsPerSecond(double postsPerSecond) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    /** How much each node is given, in messages of all sizes. */
    public SimOptions withLoad(double messagesPerSecond, int messageBytes) {
        return withLoad(Load.mixed(messagesPerSecond, messageBytes));
    }

    /** What each node is given. */
    public SimOptions withLoad(Load load) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    public SimOptions withSealed(boolean sealed) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    public SimOptions withGrants(boolean grants) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    /** A copy with a topic, or without. */
    public SimOptions withTopic(boolean topic) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }

    /** A copy in which so many packets are posted at least. */
    public SimOptions withPackets(int packets) {
        return new SimOptions(
                seed,
                nodes,
                seconds,
                faults,
                shape,
                scheme,
                writers,
                postsPerSecond,
                load,
                sealed,
                grants,
                topic,
                packets);
    }
}
