using System.Text;
using System.Text.Json.Nodes;

namespace Aurum.Providers.Tests;

/// <summary>What can happen to a body on its way: cut short, bytes changed, keys in another order, keys nobody knows.</summary>
internal static class BodyDamage
{
    /// <summary>The body cut at some hundred places, the first and last bytes among them; a line feed at its end is not worth a cut.</summary>
    public static IEnumerable<byte[]> Cuts(byte[] body)
    {
        var end = body.AsSpan().TrimEnd("\r\n "u8).Length;
        var step = Math.Max(1, end / 150);
        for (var length = 0; length < end; length += length < 8 || length > end - 8 ? 1 : step)
        {
            yield return body[..length];
        }
    }

    /// <summary>Between one and eight bytes changed, removed or doubled; the same seed does the same.</summary>
    public static byte[] Mutate(byte[] body, int seed)
    {
        const string Likely = "{}[]\",:0129-.eEnull\\u \0";
        var random = new Random(seed);
        var bytes = body.ToList();
        for (var times = random.Next(1, 9); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)Likely[random.Next(Likely.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The same JSON with the keys of every object in another order and one more key in each that is not empty.</summary>
    public static byte[] ShuffleKeys(byte[] body, int seed)
    {
        var random = new Random(seed);
        return Encoding.UTF8.GetBytes(Shuffled(JsonNode.Parse(body), random)!.ToJsonString());
    }

    /// <summary>The same JSON with every number as a string.</summary>
    public static byte[] NumbersAsStrings(byte[] body) => Encoding.UTF8.GetBytes(AsStrings(JsonNode.Parse(body))!.ToJsonString());

    /// <summary>The same JSON after a change.</summary>
    public static byte[] Edited(byte[] body, Action<JsonNode> edit)
    {
        var root = JsonNode.Parse(body)!;
        edit(root);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static JsonNode? Shuffled(JsonNode? node, Random random)
    {
        if (node is JsonArray array)
        {
            return new JsonArray([.. array.Select(item => Shuffled(item, random))]);
        }

        if (node is not JsonObject { Count: > 0 } members)
        {
            return node?.DeepClone();
        }

        var pairs = members.Select(member => KeyValuePair.Create(member.Key, Shuffled(member.Value, random))).Append(new("nobodyKnows", new JsonArray(1, "x"))).ToArray();
        random.Shuffle(pairs);
        return new JsonObject(pairs);
    }

    private static JsonNode? AsStrings(JsonNode? node) => node switch
    {
        JsonArray array => new JsonArray([.. array.Select(AsStrings)]),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, AsStrings(member.Value)))),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => JsonValue.Create(value.ToJsonString()),
        _ => node?.DeepClone(),
    };
}
