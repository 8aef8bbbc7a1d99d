package io.botmesh.mesh;

/**
 * What a {@link QuasiServer} has seen since it was started.
 *
 * @param posts      posts of the channel, packets or not
 * @param documents  packets that came as a file
 * @param messages   messages handled
 * @param bytes      bytes of the messages handled
 * @param duplicates packets that brought nothing new
 * @param notPackets posts that are no packets, such as those of people
 * @param damaged    packets that were refused: garbled, forged, or of another version
 * @param others     packets for somebody else who shares the channel
 * @param lost       posts that were given up: documents that could not be fetched
 * @param gaps       times that a sender's stream went on without pieces that never came
 * @param setAside   messages whose handler failed for good
 */
public record QuasiStatistics(
        long posts,
        long documents,
        long messages,
        long bytes,
        long duplicates,
        long notPackets,
        long damaged,
        long others,
        long lost,
        long gaps,
        long setAside) {}
