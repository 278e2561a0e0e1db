namespace Aurum.Actors;

/// <summary>What a node does of the road; several together unless it is told otherwise.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,

    /// <summary>Collects: supervisors, collectors, fetchers, publisher.</summary>
    Collector = 1,

    /// <summary>Processes: takes what was published from Kafka and stores it. Without Kafka the collector does that itself.</summary>
    Processor = 2,

    /// <summary>Answers over HTTP what people and programs ask; without it a node shows only whether it lives.</summary>
    Api = 4,

    All = Collector | Processor | Api,
}
