"""Every fact of the community profile stands in the handbook, in its words, where it belongs."""

from __future__ import annotations

import pytest

from assistant.settings import Settings
from corpus.reader import read_documents

FACTS = [
    (
        "D001",
        "a professional community dedicated to optimizing, supporting, and enhancing the delivery",
    ),
    ("D001", "often using standardized frameworks and platforms"),
    ("D002", "ITSM framework practitioners"),
    ("D002", "frameworks like ITIL, COBIT, and ISO/IEC 20000"),
    ("D002", "ServiceNow, BMC Remedy, or Jira Service Management"),
    ("D002", "consulting, training, and certification in ITSM best practices"),
    ("D002", "University-based groups and early-career professionals exploring ITSM"),
    (
        "D002",
        "City or region-based ITSM communities, often organized through associations or Meetup",
    ),
    ("D003", "networking, standards, and best practices"),
    ("D003", "professionals learn, network, and share innovations"),
    (
        "D003",
        "a primary online venue for professional discussion, networking, and knowledge sharing",
    ),
    ("D004", "Process Zealotry"),
    ("D004", "Polarization Factors"),
    ("D004", "Strategic Identity"),
    ("D004", "Insider Perspective"),
    ("D004", "Ritualized Governance"),
    ("D004", "Social Norms"),
    ("D004", "Tool Politics"),
    ("D004", "Hidden Influences"),
    ("D005", "Learn ITSM Core Concepts"),
    ("D005", "Join ITSM Community Discussions"),
    ("D005", "Explore Service Desk Tools"),
    ("D005", "Analyse real-world case studies"),
    ("D005", "Map Your Learning Path"),
    ("D006", "Welcome with a ServiceNow request template example"),
    ("D006", "knowledge share sessions or brown bag meetings"),
    ("D007", "gnoring the importance of documenting every step in service processes"),
    ("D007", "kipping participation in CAB or PIR meetings"),
    ("D010", "Always document even small changes"),
    ("D012", "Never skip post-implementation reviews (PIR)"),
    ("D011", "Respect CAB decisions publicly, discuss concerns privately"),
    ("D013", "Don't confuse 'incident' and 'problem' records"),
    ("D015", "Your incident is now a problem."),
    ("D015", "Trust me, it's on the service catalog."),
    ("D015", "Incident, Not Excited"),
    ("D015", "Change is in the Airlock"),
    ("D015", "Keep the SLA Holy"),
    ("D015", "CAB Decides, We Comply"),
    ("D017", "29-year-old female IT consultant"),
    (
        "D017",
        "helps mid-sized companies implement ITSM frameworks to improve their service delivery",
    ),
    ("D017", "deliver efficient IT services"),
    ("D017", "implement best practices in ITSM"),
    ("D017", "stay updated with industry standards"),
    ("D017", "onvincing traditional teams to adopt new ITSM processes"),
    ("D017", "alancing customization with standard frameworks"),
    ("D017", "eeping up with evolving ITSM tools"),
    ("D090", "Achieve ITIL Foundation certification"),
    (
        "D090",
        "fundamental knowledge of ITSM frameworks, establishing baseline credibility among peers",
    ),
    ("D090", "Lead a successful change or incident resolution project"),
    ("D090", "hands-on ability to handle real-world ITSM challenges earns respect and trust"),
    ("D090", "Contribute to continuous service improvement initiatives"),
    ("D090", "commitment to the community's core values and long-term impact"),
    ("D096", "a culture valuing speed and innovation alongside control"),
    ("D097", "emphasize compliance and data protection heavily"),
    ("D097", "shaping processes around regulations like GDPR"),
    ("D100", "some markets focusing on cost-efficiency and automation"),
    ("D100", "others emphasize rigorous process maturity models"),
]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    documents = read_documents(Settings().corpus_dir)
    return {one.id: " ".join(one.text.split()) for one in documents}


@pytest.mark.parametrize(("document", "words"), FACTS)
def test_a_fact_of_the_profile_stands_in_its_document(
    texts: dict[str, str], document: str, words: str
) -> None:
    assert words.lower() in texts[document].lower()
