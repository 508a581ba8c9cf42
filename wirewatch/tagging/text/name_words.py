"""Word lists for names told by their capitals alone: titles, joining words, what no name begins with."""

from wirewatch.tagging.text.word_set import word_set

TITLES = word_set("""
    President Minister Premier Chancellor Secretary General Ambassador Senator Governor Mayor King Queen
    Prince Princess Pope Sheikh Ayatollah Colonel Major Captain Lieutenant Sergeant Admiral Judge Justice
    Chairman Chairwoman Director Commissioner Spokesman Spokeswoman Professor Mr Mrs Ms Dr Sir Lady Lord Sen
    Rep Gov Gen Col Lt Capt Prof Rev
    """)
"""What stands before them in a sequence describes the person named after them."""
DESCRIBING = TITLES | word_set(
    "Prime Foreign Defence Defense Interior Finance Government Parliament Embassy Army Ministry"
)
JOINING = word_set("of for the de del della da dos du la van von der den ter bin bint ibn al el y e")
"""Small words inside names: they join what has capitals on both sides."""
NO_NAME = word_set("""
    a an the this that these those it he she they we you i his her its their our my in on at by to of for from
    with and but or if as when while where who what why how not no so yet after before since until under over
    there here then now both all some many most more one two three yes however meanwhile still also even only
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    """)
"""Words that no name begins with or goes through, whatever their capital: sentence openers, days, months."""
GIVEN_NAMES_ABROAD = word_set("""
    Abdul Abdullah Abu Adel Ahmad Ahmed Ahmet Aisha Alejandro Alejandra Aleksandar Aleksandr Aleksei Alexei
    Alexandra Ali Alina Amina Amir Amit Anil Anatoly Andreas Andrei Andrej Andrés Angelo Anita Anja Antoine
    Antonio António Anwar Arif Arjun Armando Arturo Asif Astrid Augusto Avi Aysha Ayşe Beatriz Bernard
    Bernardo Bilal Birgit Björn Bogdan Boris Bruno Carla Carlo Carlos Carmen Catarina Cecilia Cem Chiara
    Claude Claudia Claudio Cristian Cristiano Cristina Damir Daniela Daniele Daniil Danilo Darko Davide
    Deepak Diego Dieter Dilip Dimitri Dmitri Dmitry Domingo Dominique Dragan Duduzile Eduardo Eduarda
    Ekaterina Elena Eleni Elias Emil Emilia Emilio Emine Emre Enrique Enrico Erdem Erik Ernesto Errol Esra
    Esteban Fabian Fabio Fatima Fatma Federico Felipe Ferdinand Fernanda Fernando Filip Flavia Flavio Flávio
    Florian Francesca Francesco Francisco François Franz Friedrich Gabriel Gabriela Georgi Gerhard Giorgio
    Giovanni Giulia Goran Gonzalo Guido Guillermo Gunter Günter Gustavo Habib Hakan Hamid Hamza Hans Hasan
    Hassan Hector Heinrich Heinz Helga Helmut Henri Henrique Hiroshi Hugo Hussein Ibrahim Igor Ilya Imran
    Inés Ingrid Irina Isabel Isabella Ivan Ivana Jacques Jakub Jan Jana Javier Jesús Joana João Joaquín
    Johan Johanna Jorge José Josef Josip Juliana Julio Jürgen Kamal Karim Karin Karina Karl Kasim Katarina
    Katarzyna Kemal Khaled Khalid Kimbal Klaus Kristina Krzysztof Lalit Lara Lars Larisa Laurent Leila
    Leonardo Leonid Lorenzo Lucas Lucia Luciana Luis Luisa Luiz Magdalena Mahmoud Mahmud Maja Maksim Manoj
    Manuel Manuela Marcel Marcelo Marco Marcos Marek Mariam Mariana Marina Mario Marko Marta Mateo Matteo
    Mathias Matthias Maurice Mauricio Maxim Mehmet Melania Mehdi Michał Miguel Mihai Mikael Mikhail Milena
    Milica Miloš Miriam Mohamed Mohammad Mohammed Mojtaba Moshe Muhammad Murat Mustafa Nabil Nadia Natalia
    Natasha Nikita Nikola Nikolai Nina Noam Noor Nuno Oleg Oleksandr Oleksiy Olga Omar Orhan Osman Otto
    Pablo Paola Paolo Pascal Patricio Paulo Pavel Pedro Petra Pierre Piotr Pranab Priya Rafael Rahul Raj
    Rajesh Rakesh Ramón Rana Raúl Ravi Ricardo Rita Roberto Rodrigo Roman Rosa Ruslan Salim Salma Sami
    Sandro Sanjay Sara Saskia Sebastián Selim Serge Sergei Sergey Sergio Shlomo Siim Silvia Silvio Simone
    Sofía Sonia Stefan Stefano Sunil Sunita Suresh Svetlana Sven Tamara Tariq Tatiana Teodoro Thiago Tiago
    Tomasz Tomáš Tsipi Ulrich Umar Umberto Ursula Usman Uwe Vadim Valentina Valeria Vera Vijay Viktor
    Viktoria Vinicius Vitali Vitaly Vladimir Vladislav Volodymyr Walid Wolfgang Xavier Yair Yana Yasmin
    Yosef Youssef Yousef Yulia Yuri Yusuf Yves Zainab Zeynep Zoran
    Anders Andris Giorgos Jens Jonas Kostas Mats Matias Nicolas Niels Nikos Tobias Yannis Valdis
    Markus Jesus Rashed Saeed Majed Waled
    """)
"""Given names that seldom stand in English news for anything else, beside those of `words.GIVEN_NAMES`."""
BEFORE_A_LEADER = TITLES | word_set("""
    About Across Again Against Along Alongside Amid Among Around Aspiring Autocrat Behind Below Beneath
    Beside Besides Between Beyond Billionaire Boss Brother Candidate Captive Chair Chief Comrade Congressman
    Congresswoman Crown Democrat Despite Dictator Dear Down During Elect Emperor Envoy Even Every Except Ex
    Father Fellow First Former Founder Grand Head Here Holy House If In Incoming Incumbent Inside Into Just
    Labour Labor Last Late Lawyer Leader Leaders Like Madam Marshal Maybe Messrs Ministers Miss Monsieur
    Mother Near Neither New Next Nominee Nor Off Old Once One Opposition Or Our Out Outside Over Owner Past
    Per Poor President-elect Presidents Pro Quoting Rather Republican Rival Same Secretary-General Second
    See Seeing Seems Senor Shall Should Since Sister Some Speaker Strongman Such Team Than Thank Thanks That
    These They This Those Through Throughout Thus Till Together Too Top Toward Towards Tory Tsar Twice
    Tycoon Under Unless Unlike Upon Us Versus Via Vice Visitor We Were What Whatever Whenever Whether Which
    Who Whom Whose Within Without Worse Yes Young Your
    """)
"""What stands before a leader's surname with a capital and is no given name: titles, sentence openers."""
AFTER_A_LEADER = word_set(
    """
    Administration Ally Cabinet Camp Congress Democrats Era Family Friday Government
    Loyalists Loyalist Monday Republicans Republican Saturday Sunday Supporters Team Thursday Tuesday
    Wednesday White World
    """
)
"""What stands with a capital after a leader's surname and leaves it his."""
NO_ACTORS = word_set("""
    africa african africans america american americans antarctic arab arabian arabs arctic article asia asian
    asians atlantic chapter christian christians christmas court council day earth easter english europe
    european europeans internet islam islamic jewish jews mediterranean middle-east muslim muslims new north
    northern pacific parliament ramadan section south southern state states union west western year years
    """)
"""Words that alone, or among themselves, name nobody to watch: continents, oceans, faiths, parts of a law."""
