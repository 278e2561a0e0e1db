using System.Text.Json;
using System.Text.Json.Nodes;
using Aurum.Host.Configuration;
using Aurum.Providers;
using Aurum.Providers.Settings;
using NJsonSchema;

namespace Aurum.Host.Tests.Configuration;

/// <summary>
/// Holds the schemas that editors use and the binder that decides together: whatever is done to a valid file, both refuse it
/// or neither does. A fake FRED stands in while the catalog has none, so that the common part is always under test.
/// </summary>
public sealed class SchemaTests
{
    private static readonly JsonNode?[] Oddities =
    [
        null, JsonValue.Create(true), JsonValue.Create(0), JsonValue.Create(-1), JsonValue.Create(0.5), JsonValue.Create(1), JsonValue.Create(1e15),
        JsonValue.Create(""), JsonValue.Create(" "), JsonValue.Create("some text, no code"), JsonValue.Create("2020-02-30"), JsonValue.Create("2020-02-29"),
        new JsonObject(), new JsonArray(), new JsonArray("one", "one"), new JsonArray(1), new JsonArray(""), new JsonArray((JsonNode?)null),

        // What single providers refuse: words with a meaning of their own, ids that are none, names of facets.
        JsonValue.Create("v2/petroleum"), JsonValue.Create("petroleum/pri/spt/data"), JsonValue.Create("petroleum//spt"), JsonValue.Create("petroleum"),
        new JsonArray("all"), new JsonArray("a b"), new JsonArray("GHCND:"), new JsonArray("PET.RWTC.X"), new JsonArray("PET.RWTC.D", "PET.RBRTE.M"), new JsonArray("RWTC.D"),
        new JsonObject { ["bad name"] = new JsonArray("x") }, new JsonObject { ["series"] = new JsonArray() }, new JsonObject { ["series"] = "x" },
        new JsonObject { ["series"] = new JsonArray("x", "x") }, new JsonObject { ["series"] = new JsonArray("x", "y"), ["area"] = new JsonArray("z") },
    ];

    private static IEnumerable<IProvider> All => ProviderCatalog.Find("fred") is null ? [FakeProvider.Fred, .. ProviderCatalog.All] : ProviderCatalog.All;

    public static TheoryData<string> Names => [.. All.Select(provider => provider.Descriptor.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_shipped_file_is_accepted_by_both(string name)
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("config", "providers", $"{name}.json"));

        Assert.Empty((await SchemaAsync(name)).Validate(text));
        Assert.Empty(Bind(name, text).Problems);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Schema_and_binder_refuse_the_same_files(string name)
    {
        var schema = await SchemaAsync(name);
        var compared = 0;
        foreach (var valid in Samples(schema))
        {
            Assert.True(schema.Validate(valid.ToJsonString()).Count == 0, $"The sample built from the schema is invalid: {valid.ToJsonString()}");
            foreach (var (what, changed) in Changes(schema, valid))
            {
                var text = changed.ToJsonString();
                var refusals = schema.Validate(text);
                var problems = Bind(name, text).Problems;
                Assert.True(
                    refusals.Count > 0 == problems.Count > 0,
                    $"{what}: the schema says [{string.Join("; ", refusals)}], the binder says [{string.Join("; ", problems)}]");
                compared++;
            }
        }

        Assert.InRange(compared, 300, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Schema_and_binder_know_the_same_keys(string name)
    {
        var schema = await SchemaAsync(name);
        foreach (var valid in Samples(schema))
        {
            foreach (var (path, node, at) in Objects(schema, valid, "$").Where(found => !found.Schema.AllowAdditionalProperties && found.Schema.PatternProperties.Count == 0))
            {
                at["no_such_key"] = 1;
                var problem = Assert.Single(Bind(name, valid.ToJsonString()).Problems);
                at.Remove("no_such_key");

                Assert.StartsWith($"{name}.json: {path}.no_such_key: is no known key; valid here: ", problem, StringComparison.Ordinal);
                Assert.Equal(node.Properties.Keys.Order(StringComparer.Ordinal), problem[(problem.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].Split(", "));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_defaults_that_a_schema_tells_are_the_ones_in_force(string name)
    {
        var schema = await SchemaAsync(name);
        foreach (var explicitly in Samples(schema))
        {
            var silently = new JsonObject { ["name"] = name, ["datasets"] = explicitly["datasets"]!.DeepClone() };

            var expected = Bind(name, silently.ToJsonString()).Settings;
            var actual = Bind(name, explicitly.ToJsonString()).Settings;

            Assert.Equal(expected with { Datasets = actual.Datasets, Backup = actual.Backup }, actual);
        }
    }

    [Fact]
    public void Every_provider_has_its_file_and_its_schema_and_every_file_its_provider()
    {
        Assert.All(ProviderCatalog.All, provider =>
        {
            Assert.True(File.Exists(Repository.PathOf("config", "providers", $"{provider.Descriptor.Name}.json")));
            Assert.True(File.Exists(Repository.PathOf("config", "schemas", $"{provider.Descriptor.Name}.schema.json")));
        });

        var files = Directory.GetFiles(Repository.PathOf("config", "providers"), "*.json").Select(Path.GetFileNameWithoutExtension);
        Assert.Empty(ProviderCatalog.All.Count == 0 ? [] : files.Except(ProviderCatalog.All.Select(provider => provider.Descriptor.Name)));
    }

    private static Task<JsonSchema> SchemaAsync(string name) => JsonSchema.FromFileAsync(Repository.PathOf("config", "schemas", $"{name}.schema.json"));

    private static (ProviderSettings Settings, List<string> Problems) Bind(string name, string text)
    {
        using var document = JsonDocument.Parse(text);
        var problems = new List<string>();
        var settings = ProviderSettingsReader.Read(All.Single(provider => provider.Descriptor.Name == name), document.RootElement, $"{name}.json", CronCheck.Check, problems);
        return (settings, problems);
    }

    /// <summary>Files with every key in them, one for each form that an entry of the datasets may have.</summary>
    private static IEnumerable<JsonObject> Samples(JsonSchema schema)
    {
        foreach (var form in Forms(schema.ActualProperties["datasets"].Item!.ActualSchema))
        {
            var sample = Sample(schema, except: "datasets");
            sample["datasets"] = new JsonArray(Sample(form, except: null));
            yield return sample;
        }
    }

    private static ICollection<JsonSchema> Forms(JsonSchema schema) => schema.OneOf.Count > 0 ? schema.OneOf : [schema];

    private static JsonObject Sample(JsonSchema schema, string? except) => new(
        schema.ActualProperties.Where(property => property.Key != except).Select(property => KeyValuePair.Create(property.Key, SampleValue(property.Value.ActualSchema))));

    /// <summary>The default, else the first example, else what its own properties make.</summary>
    private static JsonNode? SampleValue(JsonSchema schema)
    {
        var raw = JsonNode.Parse(schema.ToJson())!;
        return raw["default"] is { } value ? value.DeepClone()
            : raw["examples"]?[0] is { } example ? example.DeepClone()
            : schema.ActualProperties.Count > 0 ? Sample(schema, except: null)
            : null;
    }

    /// <summary>The objects of a valid file, each with the schema that speaks of it.</summary>
    private static IEnumerable<(string Path, JsonSchema Schema, JsonObject At)> Objects(JsonSchema schema, JsonNode? node, string path)
    {
        if (node is JsonArray { Count: > 0 } list && schema.Item is not null)
        {
            var form = Forms(schema.Item.ActualSchema).Single(form => form.Validate(list[0]!.ToJsonString()).Count == 0);
            return Objects(form, list[0], $"{path}[0]");
        }

        return node is not JsonObject at
            ? []
            : schema.ActualProperties.Where(property => at.ContainsKey(property.Key))
                .SelectMany(property => Objects(property.Value.ActualSchema, at[property.Key], $"{path}.{property.Key}"))
                .Prepend((path, schema, at));
    }

    /// <summary>Every way in which one place of a valid file can be changed: gone, of another kind, at and beyond its bounds, with a stranger beside it.</summary>
    private static IEnumerable<(string What, JsonObject Changed)> Changes(JsonSchema schema, JsonObject valid)
    {
        foreach (var (path, node, at) in Objects(schema, valid, "$").ToList())
        {
            at["no such key"] = 1;
            yield return ($"{path} with a stranger", valid);
            at.Remove("no such key");
            foreach (var key in at.Select(member => member.Key).ToList())
            {
                var before = at[key];
                at.Remove(key);
                yield return ($"{path}.{key} gone", valid);
                foreach (var value in node.ActualProperties.TryGetValue(key, out var property) ? Oddities.Concat(Bounds(property.ActualSchema)) : Oddities)
                {
                    at[key] = value?.DeepClone();
                    yield return ($"{path}.{key} = {value?.ToJsonString() ?? "null"}", valid);
                }

                at[key] = before;
            }
        }
    }

    private static IEnumerable<JsonNode> Bounds(JsonSchema schema)
    {
        foreach (var bound in new[] { schema.Minimum, schema.Maximum, schema.ExclusiveMinimum }.OfType<decimal>())
        {
            foreach (var near in new[] { bound - 1, bound, bound + 1, bound - 0.25m, bound + 0.25m })
            {
                // As a program would write it: 5 and not 5.0, which is a whole number to some readers and not to others.
                yield return near == decimal.Truncate(near) ? JsonValue.Create((long)near) : JsonValue.Create(near);
            }
        }

        foreach (var value in schema.Enumeration)
        {
            yield return JsonValue.Create($"{value}");
            yield return JsonValue.Create($"{value}x");
        }
    }
}
