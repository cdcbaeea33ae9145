"""What an editor types to build an article and a treatment at a location: (kind of block, its fields) in order."""

QUESTION = "Does a sore, tight spot keep coming back? It may be what people call a knot."

ARTICLE = [
    ("section", {
        "heading": "What are muscle knots?",
        "text": "A knot is a sore spot in a tight band of muscle [1]. There are two kinds.\n"
        "- Active: it hurts without being pressed\n- Latent: it hurts only when pressed",
    }),
    ("section", {
        "heading": "How do knots affect the body?",
        "text": "They can send pain to another place [1]. A review by StatPearls says so. "
        "A paper in American Family Physician says they often follow a strain [2].",
    }),
    ("section", {
        "heading": "Is it a trigger point or something else?",
        "text": "We take a history and examine you. Most people do not need a scan.",
    }),
    ("section", {
        "heading": "How does trigger point therapy work?",
        "text": "First we find out what is wrong.\n1. We ask\n1. We look\n1. We press\nThen we agree on what to try.\n"
        "- Myotherapy\n- Vibration exercise\n- TENS\n- Massage\n- Stretching\n- Injections",
    }),
    ("section", {
        "heading": "What is dry needle therapy?",
        "text": "It is also called trigger point dry needling. We use [[needle]]. It is not acupuncture.\n"
        "It is sometimes used for these.\n- Arthritis\n- Muscle and ligament strain\n- Irritated nerves",
    }),
    ("section", {
        "heading": "How does dry needling work?",
        "text": "Researchers are still studying it. You may feel a brief twitch. Not everyone does.",
    }),
    ("section", {
        "heading": "Does it hurt?",
        "text": "You may feel a small pinch. The muscle may be sore. Use heat or cold if it feels good.",
    }),
    ("calltoaction", {"heading": "Would you like us to look?", "text": "Ask [[clinic]] for an appointment."}),
]  # fmt: skip

AT_A_LOCATION = [
    ("calltoaction", {"heading": "Ask for an appointment in North Miami", "text": "Tell us which days suit you."}),
    ("section", {
        "heading": "What it is",
        "text": "A physical therapist uses [[needle]] [1].\nIt is one part of a larger plan.\n"
        "- Exercise\n- Stretching\n- Massage",
    }),
    ("section", {"heading": "Words you may hear", "text": "Here is what they mean."}),
    ("definition", {"term": "Myo", "meaning": "Muscle."}),
    ("definition", {"term": "Fascia", "meaning": "The connective tissue around muscle."}),
    ("definition", {"term": "Referred pain", "meaning": "Pain that you feel away from the sore spot."}),
    ("definition", {"term": "Dry", "meaning": "Nothing is injected."}),
    ("section", {
        "heading": "How it differs from an injection",
        "text": "An injection puts in a medicine. Here nothing goes in but the needle.",
    }),
    ("section", {"heading": "Other names", "text": "It is also called intramuscular stimulation."}),
    ("section", {"heading": "How it works", "text": "Researchers are still studying how it works."}),
    ("section", {
        "heading": "What a session is like",
        "text": "1. We find the spot\n1. We put the needle in\n1. The muscle may twitch",
    }),
    ("section", {"heading": "How fast people feel it", "text": "It varies. Some are sore first."}),
    ("carecard", {
        "urgency": "emergency",
        "heading": "Call 911",
        "text": "- You have chest pain or trouble breathing",
    }),
    ("calltoaction", {
        "heading": "Talk to us in North Miami",
        "text": "Ask [[clinic]] in [[location north-miami]] for an appointment.",
    }),
]  # fmt: skip

SOURCES = [
    {"title": "Myofascial Pain", "publisher": "StatPearls Publishing", "year": "2023"},
    {
        "title": "Trigger points: diagnosis and management",
        "publisher": "American Family Physician",
        "year": "2002",
    },
]
