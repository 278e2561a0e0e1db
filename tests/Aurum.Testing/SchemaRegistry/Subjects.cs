using System.Text.Json.Nodes;
using Avro;

namespace Aurum.Testing.SchemaRegistry;

/// <summary>A schema as a subject has it.</summary>
public sealed record SubjectVersion(string Subject, int Id, int Version, string Schema);

/// <summary>What a registry remembers: subjects, their versions and rules. A text has one id in the whole registry. For one thread at a time.</summary>
internal sealed class Subjects
{
    private readonly List<SubjectVersion> _versions = [];
    private readonly List<string> _schemas = [];
    private readonly Dictionary<string, string> _rules = [];

    public string DefaultRule { get; set; } = "BACKWARD";

    public IReadOnlyList<SubjectVersion> All => _versions;

    public IReadOnlyList<SubjectVersion> Of(string subject) => [.. _versions.Where(version => version.Subject == subject)];

    public string? RuleOf(string subject) => _rules.GetValueOrDefault(subject);

    public void SetRule(string subject, string rule) => _rules[subject] = rule;

    public string? ById(int id) => id >= 1 && id <= _schemas.Count ? _schemas[id - 1] : null;

    public SubjectVersion? Find(string subject, string schema) => Of(subject).FirstOrDefault(version => version.Schema == schema);

    public SubjectVersion Add(string subject, string schema)
    {
        if (!_schemas.Contains(schema))
        {
            _schemas.Add(schema);
        }

        var added = new SubjectVersion(subject, _schemas.IndexOf(schema) + 1, Of(subject).Count + 1, schema);
        _versions.Add(added);
        return added;
    }

    /// <summary>The text without blanks that mean nothing.</summary>
    /// <exception cref="FormatException">It is no Avro schema.</exception>
    public static string Normalized(string schema)
    {
        try
        {
            Schema.Parse(schema);
            return JsonNode.Parse(schema)!.ToJsonString();
        }
        catch (Exception exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <summary>Why the subject would not take the schema; empty when it would.</summary>
    public IReadOnlyList<string> Objections(string subject, string schema)
    {
        var rule = RuleOf(subject) ?? DefaultRule;
        var earlier = Of(subject).Reverse().ToArray();
        var compared = rule.EndsWith("_TRANSITIVE", StringComparison.Ordinal) ? earlier : earlier[..Math.Min(1, earlier.Length)];
        return [.. compared.SelectMany(version => Objections(rule, schema, version.Schema))];
    }

    private static IEnumerable<string> Objections(string rule, string added, string earlier) => rule.Replace("_TRANSITIVE", "", StringComparison.Ordinal) switch
    {
        "BACKWARD" => SchemaCompatibility.Problems(added, earlier),
        "FORWARD" => SchemaCompatibility.Problems(earlier, added),
        "FULL" => SchemaCompatibility.Problems(added, earlier).Concat(SchemaCompatibility.Problems(earlier, added)),
        _ => [],
    };
}
